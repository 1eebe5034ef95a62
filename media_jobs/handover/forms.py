"""What the page asks: the file, and whether it is generated."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HandoverForm(forms.Form):
    """The question has no answer beforehand: Labelling Measures Art. 10 wants the user's own."""

    declared = forms.TypedChoiceField(
        label=_("Does it contain AI-generated or synthesised content?"),
        choices=[("yes", _("Yes")), ("no", _("No, or I do not know"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
