"""Look at an untrusted file once, completely, before anything else is done with it."""

import hashlib
from pathlib import Path
from typing import Any

from media_jobs.labelling import containers, reader
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.labellers import ProbeLimits, labeller
from media_jobs.labelling.metadata import carrier

MAX_BYTES = 4 * 1024 * 1024 * 1024
_CHUNK = 1024 * 1024


def probe(
    path: str | Path, *, name: str = "", max_bytes: int = MAX_BYTES, limits: ProbeLimits | None = None
) -> dict[str, Any]:
    """Decode the file whole and say what it is; refuse what cannot be labelled faithfully.

    Args:
        path: the file.
        name: the name its sender gave it (default: that of the path); its ending must fit the content.
        max_bytes: limit of the file.
        limits: of what is inside.

    Returns:
        format, medium, mime, what the medium's probe says (labellers.Labeller.probe), labels (as reader.read_file),
        digital_source_types, c2pa (bool), size (bytes), sha256.

    Raises:
        MediaError: media.unreadable, media.empty, media.too_many_bytes, media.mismatched_type, media.not_recognised,
            media.unsupported_format, and what the medium's probe raises.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        readable = file.is_file()
    except OSError:
        readable = False
    if not readable:
        raise media_error("media.unreadable")
    if size > max_bytes:
        raise media_error("media.too_many_bytes", bytes=size, max_bytes=max_bytes)
    container = containers.recognise(file, name=name)
    containers.check_name(name or file.name, container)
    marks = carrier(container)
    told = labeller(container).probe(file, container=container, limits=limits or ProbeLimits())
    found = marks.read(file)
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_CHUNK):
            digest.update(block)
    return {
        **told,
        "format": container.name,
        "medium": str(container.medium),
        "mime": container.mime,
        "labels": [reader.described(claim) for claim in found.claims],
        "digital_source_types": found.source_types,
        "c2pa": found.c2pa,
        "size": size,
        "sha256": digest.hexdigest(),
    }
