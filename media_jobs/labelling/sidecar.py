"""`<name>.aigc.json`: the label of a file that has no place for metadata, beside it and bound to its content.

TXT has no header (TC260-PG-20258A knows none), so the label travels in a second file:
{"AIGC": {seven keys}, "DigitalSourceType": address, "Content": {"Method": "text-v1", "SHA256": hex}}.
A sidecar whose digest is not that of the file beside it is another file's label, and is reported as such.
"""

import json
from pathlib import Path

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Content, Marks

ENDING = ".aigc.json"
_MAX_BYTES = 64 * 1024


def beside(path: Path) -> Path:
    """Where the sidecar of `path` lies."""
    return path.with_name(path.name + ENDING)


def write(path: Path, marks: Marks, content: Content) -> None:
    """Write the sidecar of `path`.

    Raises:
        MediaError: label.bad_value.
    """
    marks.label.check()
    body = {
        "AIGC": marks.label.values(),
        "DigitalSourceType": marks.source_type,
        "Content": {"Method": content.method, "SHA256": content.sha256},
    }
    beside(path).write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, object] | None:
    """The object in the sidecar of `path`; None where there is none.

    Raises:
        MediaError: label.not_json (too large, no JSON object, no regular file).
    """
    place = beside(path)
    if not place.exists():
        return None
    try:
        if not place.is_file() or place.stat().st_size > _MAX_BYTES:
            raise media_error("label.not_json")
        found = json.loads(place.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise media_error("label.not_json") from None
    if not isinstance(found, dict):
        raise media_error("label.not_json")
    return found
