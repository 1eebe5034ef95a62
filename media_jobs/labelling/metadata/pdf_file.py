"""Open a PDF with limits, and say what is not accepted; qpdf (through pikepdf) parses, and nothing is guessed."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from media_jobs.labelling.errors import MediaError, media_error

MAX_BYTES = 512 * 1024 * 1024
MAX_PAGES = 10_000
MAX_XMP = 4 * 1024 * 1024
_MAX_OBJECTS = 2_000_000
_MAX_STREAM = 64 * 1024 * 1024
_MAX_FIELDS = 100_000
_TAIL = 1024
_FAULTS = (
    pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, IndexError, AttributeError,
    RuntimeError, OverflowError, ArithmeticError,
)  # fmt: skip


@contextlib.contextmanager
def opened(path: Path) -> Iterator[pikepdf.Pdf]:
    """The document; whatever its structure makes pikepdf stumble over inside the block is damage.

    Raises:
        MediaError: media.truncated, media.damaged, media.too_many_bytes, text.encrypted, text.too_many_pages,
            text.too_much.
    """
    _limit()
    _check_ends(path)
    try:
        with pikepdf.open(path, attempt_recovery=False) as document:
            if document.is_encrypted:
                raise media_error("text.encrypted")
            if int(document.trailer.get("/Size", 0)) > _MAX_OBJECTS:
                raise media_error("text.too_much")
            pages = len(document.pages)
            if pages > MAX_PAGES:
                raise media_error("text.too_many_pages", pages=pages, max_pages=MAX_PAGES)
            if not pages:
                raise media_error("text.no_pages")
            yield document
    except MediaError:
        raise
    except pikepdf.PasswordError:
        raise media_error("text.encrypted") from None
    except _FAULTS:
        raise media_error("media.damaged") from None


def check_may_change(document: pikepdf.Pdf) -> None:
    """Nothing when new content leaves the document valid.

    Raises:
        MediaError: text.signed, text.xfa.
    """
    root = document.Root
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        if "/XFA" in form:
            raise media_error("text.xfa")
        if _has_signature(form.get("/Fields")):
            raise media_error("text.signed")
    if isinstance(root.get("/Perms"), pikepdf.Dictionary) and len(root.Perms):
        raise media_error("text.signed")


def save(document: pikepdf.Pdf, target: Path) -> None:
    """Write the document: streams as they are stored, objects in streams where they were, linearised where it was."""
    document.save(
        target,
        object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=True,
        fix_metadata_version=False,
        linearize=document.is_linearized,
        deterministic_id=True,
    )


def packet(document: pikepdf.Pdf) -> bytes | None:
    """The document's XMP packet.

    Raises:
        MediaError: media.metadata_too_large.
    """
    stream = document.Root.get("/Metadata")
    if not isinstance(stream, pikepdf.Stream):
        return None
    data = stream.read_bytes()
    if len(data) > MAX_XMP:
        raise media_error("media.metadata_too_large")
    return bytes(data)


def with_packet(document: pikepdf.Pdf, data: bytes) -> None:
    """Give the document this XMP packet."""
    document.Root.Metadata = document.make_stream(data, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)


def info(document: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    """The document information dictionary; empty where there is none."""
    found = document.trailer.get("/Info")
    return dict(found.items()) if isinstance(found, pikepdf.Dictionary) else {}


def with_info(document: pikepdf.Pdf, values: dict[str, pikepdf.Object]) -> None:
    """Give the document a new information dictionary; being new, it lies in no object stream."""
    document.trailer.Info = document.make_indirect(pikepdf.Dictionary(values))


def _has_signature(fields: object) -> bool:
    """Whether a signature field holds a signature."""
    stack: list[object] = [fields]
    seen: set[tuple[int, int]] = set()
    steps = 0
    while stack:
        one = stack.pop()
        steps += 1
        if steps > _MAX_FIELDS:
            raise media_error("text.too_much")
        if isinstance(one, pikepdf.Object) and one.is_indirect:
            if one.objgen in seen:
                continue
            seen.add(one.objgen)
        if isinstance(one, pikepdf.Array):
            stack += list(one)
        elif isinstance(one, pikepdf.Dictionary):
            if one.get("/FT") == pikepdf.Name.Sig and "/V" in one:
                return True
            stack.append(one.get("/Kids"))
    return False


def _check_ends(path: Path) -> None:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            tail = file.read()
    except OSError:
        raise media_error("media.unreadable") from None
    if size > MAX_BYTES:
        raise media_error("media.too_many_bytes", bytes=size, max_bytes=MAX_BYTES)
    if b"%%EOF" not in tail:
        raise media_error("media.truncated")


def _limit() -> None:
    """qpdf's own ceilings, for the whole process; set anew each time because they cost nothing."""
    pikepdf.settings.set_qpdf_limits(
        parser_max_nesting=100,
        parser_max_container_size=_MAX_OBJECTS,
        max_stream_filters=4,
        flate_max_memory=_MAX_STREAM,
        run_length_max_memory=_MAX_STREAM,
        png_max_memory=_MAX_STREAM,
        tiff_max_memory=_MAX_STREAM,
        dct_max_memory=_MAX_STREAM,
        doc_max_warnings=10_000,
    )
