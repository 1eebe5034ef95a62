"""The room's own forms."""

import hashlib
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people.entry.fields import MobileField
from accounts.people.entry.forms import EMAIL_ATTRS
from accounts.people.models import RegulatorAppointment, Role, User
from accounts.people.services.tokens import JOBS_READ, JOBS_WRITE, SCOPES, TRAIL_READ

_TEXT = {"class": "form-control"}
SCOPE_LABELS = {
    JOBS_READ: _("Read my jobs"),
    JOBS_WRITE: _("Create and change my jobs"),
    TRAIL_READ: _("Query the trail"),
}
LETTER_MAX_BYTES = 20 * 1024 * 1024


class ProfileForm(forms.Form):
    """How the person is called, and in which language."""

    display_name = forms.CharField(
        label=_("Name shown to others"),
        max_length=40,
        required=False,
        help_text=_("People whom you ask for consent see it."),
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "nickname"}),
    )
    language = forms.ChoiceField(
        label=_("Language of messages"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class TokenForm(forms.Form):
    """A new API token; only the scopes of the seat are offered."""

    label = forms.CharField(label=_("What it is for"), max_length=60, widget=forms.TextInput(attrs=_TEXT))
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        scopes.choices = [(scope, SCOPE_LABELS[scope]) for scope in SCOPES.get(user.role, ())]


class OrganisationForm(forms.Form):
    """An enterprise user's organisation."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=120,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "organization"}),
    )
    uscc = forms.RegexField(
        r"\A[0-9A-Z]{18}\Z",
        label=_("Unified social credit code"),
        help_text=_("18 digits and capital letters (GB 32100). It is verified on the identity page."),
        error_messages={"invalid": _("The code has 18 digits and capital letters.")},
        widget=forms.TextInput(attrs={**_TEXT, "maxlength": "18", "autocapitalize": "characters"}),
    )


class InvitationForm(forms.Form):
    """Whom to invite: a number or an address."""

    phone = MobileField(required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=160, widget=forms.TextInput(EMAIL_ATTRS))
    role = forms.ChoiceField(label=_("Seat"), widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, seats: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(seats) > 1:
            role = self.fields["role"]
            assert isinstance(role, forms.ChoiceField)  # noqa: S101 - for the type checker
            role.choices = [(seat, Role(seat).label) for seat in seats]
        else:
            del self.fields["role"]

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two."""
        cleaned = super().clean() or {}
        if not self.errors and bool(cleaned.get("phone")) == bool(cleaned.get("email")):
            raise forms.ValidationError(gettext("Write a mobile number or an e-mail address, one of the two."))
        return cleaned


class AppointmentForm(forms.Form):
    """A regulator's account, proposed against an official letter."""

    authority = forms.ChoiceField(
        label=_("Authority"),
        choices=RegulatorAppointment.Authority.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    region = forms.CharField(
        label=_("Region"), max_length=60, help_text=_("As the letter names it."), widget=forms.TextInput(attrs=_TEXT)
    )
    letter_number = forms.CharField(
        label=_("Number of the official letter"), max_length=60, widget=forms.TextInput(attrs=_TEXT)
    )
    letter_reference = forms.CharField(
        label=_("Where the letter is kept"),
        max_length=200,
        required=False,
        help_text=_("For example the file number in your archive. Or add the scan below."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    letter = forms.FileField(
        label=_("Scan of the letter"),
        required=False,
        help_text=_("Only its SHA-256 is kept, so that the second administrator can compare."),
        widget=forms.FileInput(attrs={"class": "form-control"}),
    )
    holder_name = forms.CharField(
        label=_("Name of the official"), max_length=60, widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"})
    )
    holder_phone = MobileField(label=_("Official's mobile number"), help_text=_("Log-in is by a code to this number."))

    def clean(self) -> dict[str, Any]:
        """Ask for the letter itself or for where it is, and turn the scan into its hash."""
        cleaned = super().clean() or {}
        letter = cleaned.pop("letter", None)
        cleaned["letter_sha256"] = ""
        if letter:
            if letter.size > LETTER_MAX_BYTES:
                self.add_error("letter", gettext("The scan is larger than 20 MB."))
            else:
                digest = hashlib.sha256()
                for chunk in letter.chunks():
                    digest.update(chunk)
                cleaned["letter_sha256"] = digest.hexdigest()
        if not self.errors and not cleaned["letter_sha256"] and not cleaned.get("letter_reference"):
            self.add_error("letter_reference", gettext("Say where the letter is kept, or add its scan."))
        return cleaned
