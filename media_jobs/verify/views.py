"""The shop window. Public by intent: whoever finds a file may ask what it is (Labelling Measures Art. 5, 6)."""

import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import condition, require_http_methods, require_safe

from compliance.rules.errors import DomainError
from media_jobs.pipeline import keys
from media_jobs.verify import checking, presenting, selectors
from media_jobs.verify.forms import NumberForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Public: the form; a posted file is answered on the spot and forgotten, a number leads to its own page."""
    if request.method == "POST":
        try:
            answers = checking.check_file(request)
        except DomainError as error:
            if error.status == 429:
                raise
            return _form(request, error=error)
        return render(request, "verify/result.html", presenting.page(answers))
    form = NumberForm(request.GET) if "number" in request.GET else NumberForm()
    if form.is_bound and form.is_valid():
        return redirect("verify_number", produce_id=form.cleaned_data["number"])
    return _form(request, form=form)


@never_cache
@require_safe
def number(request: HttpRequest, produce_id: str) -> HttpResponse:
    """Public: what we released with this number; 410 when it was withdrawn, 404 when there is nothing."""
    answers = checking.check_number(request, produce_id)
    status = 410 if answers.released.code == "withdrawn" else 200
    return render(request, "verify/number.html", presenting.page(answers), status=status)


@never_cache
@require_safe
def proof(request: HttpRequest, produce_id: str) -> JsonResponse:
    """Public: the proof bundle of a release, to be checked offline."""
    checking.check_number(request, produce_id)
    bundle = selectors.proof(produce_id) or {}
    name = f"hallmark-proof-{produce_id}.json".replace(":", "_")
    return JsonResponse(
        bundle, headers={"Content-Disposition": f'attachment; filename="{name}"'}, json_dumps_params={"indent": 2}
    )


@require_safe
@condition(etag_func=lambda request: '"' + hashlib.sha256(keys.published().encode()).hexdigest()[:32] + '"')
def aigc_keys(request: HttpRequest) -> HttpResponse:
    """Public: the keys that our labels are signed with, for everybody's reader (docs/signatures.md)."""
    response = HttpResponse(keys.published(), content_type="application/json; charset=utf-8")
    # An hour: a key that was revoked must not live on in caches for long.
    response["Cache-Control"] = "public, max-age=3600"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _form(request: HttpRequest, *, form: NumberForm | None = None, error: DomainError | None = None) -> HttpResponse:
    context: dict[str, object] = {
        "form": form or NumberForm(),
        "limit_mb": presenting.limit_mb(),
        "kinds": presenting.kinds(),
    }
    if error is not None:
        context["problem"] = {
            "message": gettext(error.message) % error.params,
            "way_out": gettext(error.way_out) % error.params,
            "code": error.code,
        }
    return render(request, "verify/form.html", context, status=error.status if error else 200)
