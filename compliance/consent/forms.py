"""What the persons asked type. What the asker types is judged by the services, once for pages and API alike."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NumberForm(forms.Form):
    """The number whose consents somebody wants to see."""

    phone = forms.CharField(
        max_length=20,
        label=_("Your mobile number"),
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "class": "form-control"}
        ),
    )


class CodeForm(forms.Form):
    """The six digits from the message."""

    code = forms.CharField(
        max_length=12,
        label=_("Six-digit code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "form-control", "autofocus": True}
        ),
    )


class AgreeForm(forms.Form):
    """The separate choices; none is ticked beforehand (PIPL Art. 14, 16, 25)."""

    edit = forms.BooleanField(required=False)
    publish = forms.BooleanField(required=False)
    text_hash = forms.CharField(max_length=64)


class DeclineForm(forms.Form):
    """No, and who need not ask again."""

    never_again = forms.ChoiceField(choices=[("", ""), ("asker", ""), ("all", "")], required=False)
