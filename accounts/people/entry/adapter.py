"""What allauth asks of the house: numbers and addresses from the vault, codes through our channels, our words.

allauth stays in charge of the flows and of enumeration prevention: whoever types an unknown number sees the same
page as everybody else, and the number itself gets the message that tells the truth.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.people import messages
from accounts.people.actors import actor_for
from accounts.people.entry.fields import MobileField
from accounts.people.messages import texts
from accounts.people.models import User
from accounts.people.network import subscriber_of
from accounts.people.services import accounts
from compliance.audit.actor import ANONYMOUS
from compliance.switches.selectors import REGISTRATION, is_stopped

PENDING_EMAIL = "people_pending_email"
EMAIL_MAX_BYTES = 160  # sealed, it must fit the library's 254 characters
CODE = "account.code"

# allauth's notices, by its template names; what is not here is not said.
_NOTICES = {
    "account/messages/logged_out.txt": _("You are logged out."),
    "account/messages/phone_verified.txt": _("The mobile number is verified."),
    "account/messages/email_confirmed.txt": _("The e-mail address is verified."),
    "account/messages/email_confirmation_failed.txt": _("The e-mail address belongs to another account."),
    "account/messages/email_deleted.txt": _("The e-mail address is removed."),
    "account/messages/cannot_delete_primary_email.txt": _(
        "This address is your only way in. Add a mobile number first."
    ),
}


class HallmarkAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """The house's answers to allauth."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "incorrect_code": _("This code is not right."),
        "invalid_login": _("Write a mobile number or an e-mail address."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then ask for a new code."),
        "rate_limited": _("Too many messages. Wait half a minute, then try again."),
        "email_taken": _("This e-mail address already has an account."),
        "phone_taken": _("This mobile number already has an account."),
        "same_as_current": _("This is what you have now. Write another one."),
        "duplicate_email": _("This address is already on your account."),
        "select_only_one": _("Write one of the two only."),
    }

    # --- accounts ---

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Registration stops by order (Provisions Art. 21)."""
        return not is_stopped(REGISTRATION)

    def save_user(self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Open the account; the number waits for its code."""
        return accounts.account_open(actor=ANONYMOUS, phone=form.cleaned_data.get("phone") or "")

    def clean_email(self, email: str) -> str:
        """Refuse an address that would not fit once sealed."""
        if len(email.encode("utf-8")) > EMAIL_MAX_BYTES:
            raise forms.ValidationError(gettext("This e-mail address is too long."), code="email_too_long")
        return email

    # --- mobile numbers ---

    def phone_form_field(self, **kwargs: Any) -> MobileField:
        """Return the house's field for mobile numbers."""
        return MobileField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Return number and proof."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001
        """Give the account that number."""
        accounts.phone_set(actor=actor_for(user), user=user, phone=phone, verified=verified)

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Note that the code sent to the number came back."""
        accounts.phone_set(actor=actor_for(user), user=user, phone=phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return the account of that number, by its blind index."""
        return User.objects.with_phone(phone)

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Send a code."""
        messages.send(to_phone=phone, purpose=CODE, body=texts.one_time_code(code))

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Tell the number's owner, and nobody else, that there is no account."""
        body = gettext("Somebody tried to log in with this number. It has no account: sign up first at %(link)s")
        messages.send(
            to_phone=phone, purpose="account.unknown", body=texts.signed(body % {"link": _link("account_signup")})
        )

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell the number's owner, and nobody else, that there is an account."""
        body = gettext("Somebody tried to sign up with this number. It already has an account: log in at %(link)s")
        messages.send(
            to_phone=phone, purpose="account.exists", body=texts.signed(body % {"link": _link("account_login")})
        )

    # --- e-mail ---

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of allauth's messages in our words and through our channel."""
        kind = template_prefix.rpartition("/")[2]
        if "code" in context:
            subject, body, purpose = gettext("Your code"), texts.one_time_code(context["code"]), CODE
        elif kind == "unknown_account":
            text = gettext("Somebody tried to log in with this address. It has no account: sign up first at %(link)s")
            subject, purpose = gettext("No account with this address"), "account.unknown"
            body = texts.signed(text % {"link": _link("account_signup")})
        elif kind == "account_already_exists":
            text = gettext("Somebody tried to sign up with this address. It already has an account: log in at %(link)s")
            subject, purpose = gettext("You already have an account"), "account.exists"
            body = texts.signed(text % {"link": _link("account_login")})
        else:
            raise ValueError(f"the house sends no {kind}")
        messages.send(to_email=email, purpose=purpose, subject=subject, body=body)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the address's owner that there is an account (allauth's own also offers a password reset)."""
        self.send_mail("account/email/account_already_exists", email, {})

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark the address as proven, with its event."""
        with transaction.atomic():
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed:
                owner: User = email_address.user
                accounts.email_changed(actor=actor_for(owner), user=owner)
        return confirmed

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Keep the last way in."""
        return bool(email_address.user.phone_verified) or not email_address.verified

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Go back to the account page."""
        return reverse("account")

    # --- the way in ---

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return what allauth's limits count per "ip": one subscriber, not one of his many IPv6 addresses."""
        return subscriber_of(request)

    def get_login_stages(self) -> list[str]:
        """Use the house's e-mail stage: an account with a proven number needs no e-mail."""
        return [
            "allauth.account.stages.LoginByCodeStage",
            "allauth.account.stages.PhoneVerificationStage",
            "accounts.people.entry.stages.EmailStage",
        ]

    def get_reauthentication_methods(self, user: object) -> list[dict[str, Any]]:
        """Nobody has a password to type again."""
        return []

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Note the log-in; after a sign-up that named an e-mail too, go on to prove it."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        accounts.login_note(actor=actor_for(user), user=user, channel="email" if kwargs.get("email") else "phone")
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        pending = request.session.pop(PENDING_EMAIL, None)
        if kwargs.get("signup") and pending:
            EmailVerificationProcess.initiate(request=request, user=user, email=pending)
            return HttpResponseRedirect(reverse("account_email_verification_sent"))
        return response

    def add_message(  # noqa: PLR0917 - allauth's signature
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words, without a number or address, or not at all."""
        text = message or _NOTICES.get(message_template or "")
        if text:
            super().add_message(request, level, message=str(text), extra_tags=extra_tags)

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it is: the text is signed."""
        return subject


def _link(name: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{reverse(name)}"
