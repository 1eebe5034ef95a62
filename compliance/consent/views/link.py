"""The link from the message, and the proof of the number. Public: whoever holds the phone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people import phones
from compliance.audit.actor import Actor
from compliance.consent import seat, selectors, services
from compliance.consent.forms import CodeForm
from compliance.consent.models import Subject
from compliance.consent.services.asking import token_hash
from compliance.consent.states import DECIDED, OPEN
from compliance.rules.errors import DomainError


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link: nothing is consumed and nothing told before the number is proven. POST sends the code.

    An unknown, an expired and a cancelled link are answered with the same page.
    """
    asked = selectors.request_by_token_hash(token_hash(token))
    alive = asked is not None and (
        asked.state in DECIDED or (asked.state in OPEN and asked.expires_at > timezone.now())
    )
    if asked is None or not alive:
        return render(request, "consent/gone.html", status=404)
    page = reverse("consent:request", args=[asked.pk])
    subject = seat.subject_of(request)
    if subject is not None and subject.pk == asked.subject_id:
        if asked.state in OPEN:
            services.request_open(actor=subject_actor(subject), request=asked)
        return redirect(page)
    if asked.state in DECIDED:
        return render(request, "consent/used.html")
    if request.method == "POST":
        seat.begin(request, phone=asked.subject.phone, next_url=page)
        return redirect("consent:code")
    return render(request, "consent/link.html", {"masked": phones.mask(asked.subject.phone)})


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the six digits and open the subject's seat in this browser."""
    proof = seat.proof(request)
    if proof is None:
        return redirect("consent:manage")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            subject, next_url = seat.prove(request, code=form.cleaned_data["code"])
        except DomainError as error:
            if error.code != "consent.wrong_code":
                raise
            form.add_error("code", f"{gettext(error.message)} {gettext(error.way_out)}")
        else:
            _note_opened(subject, next_url)
            return redirect(next_url)
    return render(request, "consent/code.html", {"form": form, "proof": proof}, status=422 if form.errors else 200)


@never_cache
@require_POST
def code_again(request: HttpRequest) -> HttpResponse:
    """Send another code to the number that is being proven."""
    seat.again(request)
    return redirect("consent:code")


def subject_actor(subject: Subject) -> Actor:
    """Return the actor the log keeps for a person without an account."""
    return Actor("subject", str(subject.pk))


def _note_opened(subject: Subject, next_url: str) -> None:
    for asked in selectors.open_requests_of(subject):
        if reverse("consent:request", args=[asked.pk]) == next_url:
            services.request_open(actor=subject_actor(subject), request=asked)
