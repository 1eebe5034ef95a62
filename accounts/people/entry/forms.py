"""The forms of the way in: allauth's, in our words, with the right keyboard on a phone."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people import ratelimit
from accounts.people.entry.adapter import PENDING_EMAIL
from accounts.people.entry.fields import CODE_ATTRS, MobileField

EMAIL_ATTRS = {"type": "email", "inputmode": "email", "autocomplete": "email", "class": "form-control"}


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc] # allauth ships no types
    """One field: number or address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Mobile number or e-mail"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "class": "form-control", "autofocus": True}),
        )

    def clean_login(self) -> str:
        """Return E.164 or a lower-case address, so that what is looked up is what is sent to."""
        login: str = self.cleaned_data["login"].strip()
        if "@" in login:
            validate_email(login)
            return login.lower()
        return MobileField(required=True).clean(login)


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc] # allauth ships no types
    """A mobile number with an optional address, or an address alone."""

    field_order = ["phone", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        phone, email = self.fields["phone"], self.fields["email"]
        phone.label, email.label = _("Mobile number"), _("E-mail")
        phone.help_text = _("We send a code to it. You log in with it from now on.")
        email.help_text = _("Optional with a mobile number; alone, you log in with it.")
        email.required = False  # allauth's check wants it required; clean() asks for one of the two
        email.widget = forms.TextInput(attrs=EMAIL_ATTRS)

    def clean_email(self) -> str:
        """With a number, leave the address to be proven after sign-up: an unproven address is never stored beside it.

        Otherwise somebody could sign up with their own number and another person's address, wait for that person to
        log in by e-mail, and share the account with them.
        """
        if self.cleaned_data.get("phone"):
            self.pending_email = get_adapter().clean_email(self.cleaned_data["email"].lower())
            return ""
        self.pending_email = ""
        return str(super().clean_email())

    def clean(self) -> dict[str, Any]:
        """Ask for at least one way in."""
        cleaned: dict[str, Any] = super().clean()
        if not self.errors and not cleaned.get("phone") and not cleaned.get("email"):
            raise forms.ValidationError(gettext("Write a mobile number or an e-mail address."), code="no_way_in")
        return cleaned

    def try_save(self, request: HttpRequest) -> Any:
        """Remember the address that is still to be proven, in the sealed session."""
        request.session.pop(PENDING_EMAIL, None)
        if self.pending_email:
            request.session[PENDING_EMAIL] = self.pending_email
        return super().try_save(request)


# What allauth allows per code too; its own count stands in the session, where parallel guesses overwrite one another.
GUESSES = 5
GUESSES_PER_SECONDS = 600


class _CodeField:
    """Gives a code form the numeric keyboard and the phone's own code suggestion, and counts every guess."""

    fields: dict[str, forms.Field]
    expected_code: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Six-digit code")
        self.fields["code"].widget = forms.TextInput(attrs={**CODE_ATTRS, "autofocus": True})

    def clean_code(self) -> str:
        """Count the guess in the database before it is compared; a code that was never sent counts like any other.

        Raises:
            DomainError: people.rate_limited - more guesses at this code than a person makes.
        """
        key = f"{context.request.session.session_key}:{self.expected_code or ''}"
        ratelimit.take(name="account.guess", key=key, capacity=GUESSES, per_seconds=GUESSES_PER_SECONDS)
        return str(super().clean_code())  # type: ignore[misc] # the form this class is mixed into


class ConfirmLoginCodeForm(_CodeField, allauth_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code of a log-in."""


class VerifyPhoneForm(_CodeField, allauth_forms.VerifyPhoneForm):  # type: ignore[misc]
    """The code that proves a number."""


class ConfirmEmailForm(_CodeField, allauth_forms.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """The code that proves an address."""


class ChangePhoneForm(allauth_forms.ChangePhoneForm):  # type: ignore[misc] # allauth ships no types
    """Another number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("New mobile number")


class AddEmailForm(allauth_forms.AddEmailForm):  # type: ignore[misc] # allauth ships no types
    """An address, or another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")
        self.fields["email"].widget = forms.TextInput(attrs=EMAIL_ATTRS)
