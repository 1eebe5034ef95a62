"""What everybody may see of the log: checkpoints, hash tiles, the key, the verifier, and a page that explains them.

Entry bundles are not here: they hold what only a seat may read.
"""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance.audit import offline, selectors, tiles, tree
from compliance.audit.keys import log_verifier

VERIFIER = Path(offline.__file__).with_name("hallmark_verify.py")
FOR_EVER = "public, max-age=31536000, immutable"


def _public(response: HttpResponse | FileResponse, caching: str) -> HttpResponse | FileResponse:
    response["Cache-Control"] = caching
    # Anybody's page may follow the log; nothing here depends on who asks.
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse | FileResponse:
    """Everybody: the latest checkpoint, a signed note (c2sp.org/tlog-tiles)."""
    latest = selectors.latest_checkpoint()
    if latest is None:
        return _public(HttpResponse("no checkpoint yet\n", content_type="text/plain", status=404), "no-cache")
    return _public(HttpResponse(latest.note, content_type="text/plain; charset=utf-8"), "no-cache")


@require_safe
def tile(request: HttpRequest, level: str, path: str) -> HttpResponse | FileResponse:
    """Everybody: one hash tile, full or partial, of the tree that the latest checkpoint signs (c2sp.org/tlog-tiles)."""
    try:
        wanted = tiles.parse(level, path)
    except tiles.TileError as error:
        raise Http404(str(error)) from error
    latest = selectors.latest_checkpoint()
    if latest is None or wanted.width > tiles.width_at(wanted.level, wanted.index, latest.size):
        raise Http404("no checkpoint covers this tile")
    data = tree.TileTree(latest.size).tile(wanted.level, wanted.index)
    # A partial tile's bytes never change either: a longer one has another address.
    response = HttpResponse(data[: wanted.width * tree.HASH], content_type="application/octet-stream")
    return _public(response, FOR_EVER)


@require_safe
def vkey(request: HttpRequest) -> HttpResponse | FileResponse:
    """Everybody: the log's public key, one line."""
    return _public(HttpResponse(log_verifier().vkey + "\n", content_type="text/plain; charset=utf-8"), "no-cache")


@require_safe
def verifier(request: HttpRequest) -> HttpResponse | FileResponse:
    """Everybody: the offline verifier, one Python file to read before running it."""
    response = FileResponse(
        VERIFIER.open("rb"), as_attachment=True, filename=VERIFIER.name, content_type="text/x-python; charset=utf-8"
    )
    return _public(response, "no-cache")


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Everybody: what the log is and how to check it without trusting us."""
    context = {
        "latest": selectors.latest_checkpoint(),
        "origin": settings.AUDIT_ORIGIN,
        "vkey": log_verifier().vkey,
    }
    return render(request, "audit/log.html", context)
