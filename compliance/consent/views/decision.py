"""The question itself: the notice, the picture, the choices. Only for the person asked, after the number is proven."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods

from compliance.consent import notice, selectors, services
from compliance.consent.forms import AgreeForm, DeclineForm
from compliance.consent.models import ConsentRequest, DepictedPerson, Subject
from compliance.consent.states import OPEN, State
from compliance.consent.views.guard import seated
from compliance.consent.views.link import subject_actor
from compliance.consent.wording import operation_title
from compliance.rules.errors import DomainError
from media_jobs.engines import registry
from media_jobs.uploads import showing

# Refusals that the page itself explains; the person reads on and tries again.
_ON_PAGE = ("consent.edit_not_chosen", "consent.text_changed", "consent.publish_not_asked")


@require_http_methods(["GET", "POST"])
@seated
def decide(request: HttpRequest, subject: Subject, request_id: UUID) -> HttpResponse:
    """Show the question, or how it was answered; POST agrees or declines."""
    asked = selectors.request_of(subject, request_id)
    if asked is None:
        raise Http404
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            return _answer(request, subject, asked)
        except DomainError as error:
            if error.code not in _ON_PAGE:
                raise
            problem = error
    if asked not in selectors.open_requests_of(subject):
        return _over(request, asked)
    context = {
        "asked": asked,
        "operation": operation_title(asked.engine),
        "notice": notice.build(asked, language=_language()),
        "pictures": [_framed(asked, person) for person in selectors.pictures_of(asked)],
        "problem": {"message": gettext(problem.message), "way_out": gettext(problem.way_out)} if problem else None,
    }
    return render(request, "consent/decide.html", context, status=problem.status if problem else 200)


@require_GET
@seated
def picture(request: HttpRequest, subject: Subject, request_id: UUID, person_id: UUID) -> HttpResponse:
    """Show the person the picture they are in, small and re-encoded in the isolated child; the page frames the face.

    Never a picture that a model made: those do not leave the house without labels (Provisions Art. 16 to 18).
    """
    asked = selectors.request_of(subject, request_id)
    person = next((row for row in selectors.pictures_of(asked) if row.pk == person_id), None) if asked else None
    if asked is None or person is None or not _may_show(asked, person):
        raise Http404
    small = showing.thumbnail(person.upload, text=registry.input_text(asked.engine))
    return HttpResponse(small.read_bytes(), content_type="image/jpeg")


def _answer(request: HttpRequest, subject: Subject, asked: ConsentRequest) -> HttpResponse:
    actor = subject_actor(subject)
    if request.POST.get("answer") == "decline":
        form = DeclineForm(request.POST)
        never_again = form.cleaned_data["never_again"] if form.is_valid() else ""
        services.decline(actor=actor, request=asked, never_again=never_again)
        return redirect("consent:request", asked.pk)
    agree = AgreeForm(request.POST)
    agree.is_valid()
    consent = services.grant(
        actor=actor,
        request=asked,
        edit=bool(agree.cleaned_data.get("edit")),
        publish=bool(agree.cleaned_data.get("publish")),
        text_hash=agree.cleaned_data.get("text_hash", ""),
        language=_language(),
    )
    return redirect("consent:receipt", consent.receipt_no)


def _over(request: HttpRequest, asked: ConsentRequest) -> HttpResponse:
    consent = selectors.consent_of(asked)
    if consent is not None:
        return redirect("consent:receipt", consent.receipt_no)
    expired = asked.state in OPEN or asked.state == State.EXPIRED
    context = {"asked": asked, "operation": operation_title(asked.engine), "expired": expired}
    return render(request, "consent/over.html", context)


def _language() -> str:
    return get_language() or "zh-hans"


def _may_show(asked: ConsentRequest, person: DepictedPerson) -> bool:
    engine = registry.describe(asked.engine)
    # An engine that edits faces takes photographs; the gateway takes what a model has made already.
    return bool(engine and engine.biometric and not person.upload.existing_labels)


def _framed(asked: ConsentRequest, person: DepictedPerson) -> dict[str, Any]:
    faces = person.upload.faces
    return {
        "person": person,
        "shown": _may_show(asked, person),
        "face": faces[person.face_no - 1] if person.face_no <= len(faces) else None,
    }
