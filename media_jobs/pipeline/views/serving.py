"""Released files on their way out: never cached, never sniffed, in parts where a player asks for parts."""

import re
import zipfile
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

from accounts.people.actors import actor_for
from accounts.people.models import User
from media_jobs.jobs.models import Job, Release
from media_jobs.pipeline import services, working

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_CHUNK = 64 * 1024
# Media that a page may show by itself; texts and documents are only handed out.
_SHOWN = ("image/", "video/", "audio/")


def released(request: HttpRequest, *, user: User, job: Job, attachment: bool, log: bool) -> HttpResponseBase:
    """Answer the released file: as a download (a ZIP with its sidecars where it has any), or to the page's own player.

    Raises:
        DomainError: see services.download_open.
    """
    path, release = services.download_open(actor=actor_for(user), user=user, job=job, log=log, inline=not attachment)
    name = f"hallmark-{release.work.produce_id}{path.suffix}"
    if attachment and request.method == "HEAD":
        # Not logged, so it must not depend on the web server that no byte of the file is sent.
        return _sealed(HttpResponse(content_type="application/zip" if release.sidecars else release.mime))
    if attachment and release.sidecars:
        return _sealed(
            FileResponse(
                _packed(path, release, name),
                as_attachment=True,
                filename=f"hallmark-{release.work.produce_id}.zip",
                content_type="application/zip",
            )
        )
    if attachment or not release.mime.startswith(_SHOWN):
        return _sealed(FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=release.mime))
    return in_parts(request, path, mime=release.mime, name=name)


def in_parts(request: HttpRequest, path: Path, *, mime: str, name: str) -> HttpResponseBase:
    """Answer a file for a player: whole, or the one range it asks for (RFC 9110 14)."""
    size = path.stat().st_size
    part = _asked(request.headers.get("Range", ""), size)
    response: HttpResponseBase
    if part is None:
        response = FileResponse(path.open("rb"), filename=name, content_type=mime)
    elif part[0] > part[1]:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = FileResponse(_Part(path, *part), filename=name, content_type=mime, status=206)
        response["Content-Range"] = f"bytes {part[0]}-{part[1]}/{size}"
        response["Content-Length"] = str(part[1] - part[0] + 1)
    response["Accept-Ranges"] = "bytes"
    return _sealed(response)


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _asked(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte of the one range asked for, None for the whole file, (1, 0) for none there is."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        return (size - length, size - 1) if length else (1, 0)
    first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    return (first, last) if first <= last else (1, 0)


class _Part:
    """The bytes from `first` to `last` of a file, as a file to read."""

    def __init__(self, path: Path, first: int, last: int) -> None:
        self._file = path.open("rb")
        self._file.seek(first)
        self._left = last - first + 1

    def read(self, size: int = _CHUNK) -> bytes:
        data = self._file.read(min(size if size >= 0 else self._left, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()


def _packed(path: Path, release: Release, name: str) -> IO[bytes]:
    """Return a ZIP with the file and everything that belongs to it, under names that keep them together."""
    packed = TemporaryFile()  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.write(path, name)
        for row in release.sidecars:
            archive.write(working.root() / row["path"], name + row["ending"])
    packed.seek(0)
    return packed
