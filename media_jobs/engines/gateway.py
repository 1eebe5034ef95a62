"""Child side: what the provider's own model made passes through, byte for byte, whatever its medium. Knows no Django.

Nothing is edited and nothing is labelled here: the label is written by the labelling stage, once, and what the
submitter declared stands in the job. An existing label in the input is the labelling stage's business
(Labelling Measures Art. 10: nobody deletes or forges a label).
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from media_jobs.engines.errors import engine_error
from media_jobs.engines.picture import open_upright
from media_jobs.labelling import containers
from media_jobs.labelling.containers import Medium
from media_jobs.labelling.errors import MediaError


def run(payload: dict[str, Any]) -> dict[str, Any]:
    """Copy inputs["file"] to "output" and verify the copy; a picture is decoded whole before.

    A recording or a text was looked through when it was received, and is again by the review of the result.

    Returns:
        {"format", "medium", "width", "height", "sha256"} of the unchanged bytes; width and height as displayed, 0 for
        all but pictures.

    Raises:
        EngineError: engines.unreadable.
        OSError: the copy differs from the original (a failing disk).
    """
    source, output = Path(payload["inputs"]["file"]), Path(payload["output"])
    try:
        container = containers.recognise(source)
    except MediaError as error:
        raise engine_error("engines.unreadable", role="file") from error
    width, height = open_upright(source, role="file").size if container.medium == Medium.IMAGE else (0, 0)
    shutil.copyfile(source, output)
    digest = _sha256(source)
    if _sha256(output) != digest:
        output.unlink()
        raise OSError("the copy differs from the original")
    return {
        "format": container.shown,
        "medium": str(container.medium),
        "width": width,
        "height": height,
        "sha256": digest,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
