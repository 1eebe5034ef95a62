"""The three forms; what cannot be right is said beside the field, before anybody is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        help_text=_("The six digits of the newest message. They are valid for 10 minutes."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "form-control", "autofocus": True}
        ),
    )


class IdCardForm(forms.Form):
    """A person's name and resident ID number."""

    name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        help_text=_("Exactly as on the card."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )
    number = forms.CharField(
        label=_("ID card number"),
        max_length=40,
        help_text=_("18 characters; the last may be an X. Spaces and full-width digits are fine."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control mono", "spellcheck": "false"}),
    )


class OrganisationForm(forms.Form):
    """An organisation's name and unified social credit code."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=120,
        help_text=_("The full name on the business licence."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "class": "form-control"}),
    )
    number = forms.CharField(
        label=_("Unified social credit code"),
        max_length=40,
        help_text=_("18 characters, digits and letters. I, O, S, V and Z never occur."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control mono", "spellcheck": "false"}),
    )
