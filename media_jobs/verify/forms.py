"""The two questions of the public page: a file, or a number."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

NUMBER = r"[A-Za-z0-9._:-]{1,64}"


class NumberForm(forms.Form):
    """A content number as it stands in a label (ProduceID)."""

    number = forms.CharField(
        label=_("Content number"),
        max_length=64,
        strip=True,
        validators=[RegexValidator(rf"\A{NUMBER}\Z", _("A number holds letters, digits and . _ : - only."))],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("In a label it stands under ProduceID."),
    )
