"""The person's own place: every question and consent at one number, receipts, taking back, silence."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.people import phones, ratelimit
from accounts.people.network import subscriber_of
from compliance.consent import periods, receipts, seat, selectors, services
from compliance.consent.forms import NumberForm
from compliance.consent.models import Consent, Subject
from compliance.consent.views.guard import local_path, seated
from compliance.consent.views.link import subject_actor
from compliance.rules.errors import DomainError


@never_cache
@require_http_methods(["GET", "POST"])
def manage(request: HttpRequest) -> HttpResponseBase:
    """List everything of the proven number. Public: without a seat it asks for a number and sends a code."""
    subject = seat.subject_of(request)
    if subject is not None:
        return _list(request, subject)
    next_url = local_path(request.POST.get("next") or request.GET.get("next", ""), reverse("consent:manage"))
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ratelimit.take(
            name="consent.numbers",
            key=subscriber_of(request),
            capacity=periods.NUMBERS_PER_HOUR,
            per_seconds=periods.HOUR,
        )
        try:
            phone = phones.normalise(form.cleaned_data["phone"])
        except DomainError as error:
            form.add_error("phone", f"{gettext(error.message)} {gettext(error.way_out)}")
        else:
            seat.begin(request, phone=phone, next_url=next_url)
            return redirect("consent:code")
    status = 422 if form.errors else 200
    return render(request, "consent/number.html", {"form": form, "next": next_url}, status=status)


@require_POST
@seated
def unsilence(request: HttpRequest, subject: Subject, pk: int) -> HttpResponse:
    """Allow being asked again."""
    wish = next((row for row in selectors.silences_of(subject) if row.pk == pk), None)
    if wish is None:
        raise Http404
    services.unsilence(actor=subject_actor(subject), wish=wish)
    return redirect("consent:manage")


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the subject's seat in this browser. Public: it only ends what this browser opened."""
    seat.leave(request)
    return redirect("consent:manage")


@require_GET
@seated
def receipt(request: HttpRequest, subject: Subject, receipt_no: str) -> HttpResponse:
    """Show the receipt, printable, with the button that takes the consent back."""
    consent = _own(subject, receipt_no)
    return render(request, "consent/receipt.html", receipts.page(consent))


@require_GET
@seated
def receipt_json(request: HttpRequest, subject: Subject, receipt_no: str) -> HttpResponse:
    """Return the receipt as a file whose text can be checked against its hash (PIPL Art. 45: a copy)."""
    consent = _own(subject, receipt_no)
    answer = JsonResponse(receipts.as_dict(consent), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="consent-{consent.receipt_no}.json"'
    return answer


@require_http_methods(["GET", "POST"])
@seated
def revoke(request: HttpRequest, subject: Subject, receipt_no: str) -> HttpResponse:
    """Ask once whether to take the consent back; POST does it (PIPL Art. 15: as easy as giving it)."""
    consent = _own(subject, receipt_no)
    if consent.revoked_at is None and request.method == "POST":
        services.revoke(actor=subject_actor(subject), consent=consent)
    if consent.revoked_at is not None or request.method == "POST":
        return redirect("consent:receipt", consent.receipt_no)
    return render(request, "consent/revoke.html", receipts.page(consent))


def _own(subject: Subject, receipt_no: str) -> Consent:
    consent = selectors.consent_by_receipt(subject, receipt_no)
    if consent is None:
        raise Http404
    return consent


def _list(request: HttpRequest, subject: Subject) -> HttpResponse:
    context = {
        "masked": phones.mask(subject.phone),
        "open_requests": [receipts.line(asked) for asked in selectors.open_requests_of(subject)],
        "consents": [receipts.page(consent) for consent in selectors.consents_of(subject)],
        "past_requests": [receipts.line(asked) for asked in selectors.past_requests_of(subject)],
        "silences": [receipts.silence_line(wish) for wish in selectors.silences_of(subject)],
    }
    return render(request, "consent/manage.html", context)
