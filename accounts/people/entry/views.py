"""allauth's views where they would break or where the house records an event. All are public unless they say more."""

from typing import Any

from allauth.account import views
from allauth.core.exceptions import RateLimited
from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from accounts.people.access import user_of
from accounts.people.actors import actor_for
from accounts.people.entry.adapter import HallmarkAdapter
from accounts.people.services import accounts


class SignupView(views.SignupView):  # type: ignore[misc] # allauth ships no types
    """Sign-up. The account and the message with its code stand or fall together."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Open the account, or say that there were too many messages and leave nothing behind."""
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
        except RateLimited:
            return _too_many(self, form)
        return response


class ConfirmLoginCodeView(views.ConfirmLoginCodeView):  # type: ignore[misc] # allauth ships no types
    """The code of a log-in."""

    def _resend_form_valid(self, form: forms.Form) -> HttpResponse:
        # allauth 65.21.1 asserts a user here when the log-in is by phone: for an unknown number the page would fail,
        # which also tells that the number is unknown. It gets the same page and no second message.
        if self._process.user is None:
            self._process.record_resend()
            self._process.persist()
            return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))
        response: HttpResponse = super()._resend_form_valid(form)
        return response


@method_decorator(login_required, name="dispatch")
class ChangePhoneView(views.ChangePhoneView):  # type: ignore[misc] # allauth ships no types
    """Another number for the signed-in account."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Send the code, or say that there were too many messages."""
        try:
            response: HttpResponse = super().form_valid(form)
        except RateLimited:
            return _too_many(self, form)
        return response


@method_decorator(login_required, name="dispatch")
class EmailView(views.EmailView):  # type: ignore[misc] # allauth ships no types
    """The e-mail address of the signed-in account."""

    def _action_remove(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
        with transaction.atomic():
            response: HttpResponseBase | None = super()._action_remove(request, *args, **kwargs)
            if response is not None:
                accounts.email_changed(actor=actor_for(request.user), user=user_of(request))
        return response


def _too_many(view: Any, form: forms.Form) -> HttpResponse:
    form.add_error(None, HallmarkAdapter.error_messages["rate_limited"])
    response: HttpResponse = view.form_invalid(form)
    response.status_code = 429
    return response
