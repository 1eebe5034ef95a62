"""The provider's public texts (Provisions Art. 8): no account needed, every version stays readable."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from compliance.register import selectors, services
from compliance.register.models import PolicyKind, PolicyVersion
from compliance.register.rendering import title_of, to_html


def in_reader_language(version: PolicyVersion) -> str:
    """Return a version's text in the page's language; everything but English reads Chinese, which binds."""
    return version.text_en if (get_language() or "").startswith("en") else version.text_zh


@require_safe
def text(request: HttpRequest, kind: str) -> HttpResponse:
    """Show a text: public. `?version=N` shows an earlier one."""
    current = services.policy_current(kind=PolicyKind(kind))
    wanted = request.GET.get("version", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 7):
        raise Http404
    shown = selectors.version_or_none(kind, int(wanted)) if wanted else current
    if shown is None:
        raise Http404
    source = in_reader_language(shown)
    context = {
        "shown": shown,
        "current": current,
        "title": title_of(source),
        "html": to_html(source),
        "versions": selectors.versions(kind),
    }
    return render(request, "register/text.html", context)
