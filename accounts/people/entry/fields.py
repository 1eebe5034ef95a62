"""The form fields of the way in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people import phones
from compliance.rules.errors import DomainError

CODE_ATTRS = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "12", "class": "form-control mono"}


class MobileField(forms.CharField):
    """A mobile number in any written form; its value is E.164."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "form-control"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        kwargs.setdefault("label", _("Mobile number"))
        super().__init__(**{"max_length": 32, **kwargs})

    def clean(self, value: Any) -> str:
        """Return E.164 or "" (ValidationError when there is no such number)."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return phones.normalise(text)
        except DomainError as error:
            way_out = f"{gettext(error.message)} {gettext(error.way_out)}"
            raise forms.ValidationError(way_out, code="phone_invalid") from None
