"""Child side: what the provider's own model made passes through, byte for byte. Knows no Django.

Nothing is edited and nothing is labelled here: the label is written by the labelling stage, once, and what the
submitter declared stands in the job. An existing label in the input is the labelling stage's business
(Labelling Measures Art. 10: nobody deletes or forges a label).
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

from PIL import Image

from media_jobs.engines.picture import open_upright


def run(payload: dict[str, Any]) -> dict[str, Any]:
    """Copy inputs["file"] to "output" after decoding it whole, and verify the copy.

    Returns:
        {"format", "width", "height", "sha256"} of the unchanged bytes; width and height as displayed.

    Raises:
        EngineError: engines.unreadable.
        OSError: the copy differs from the original (a failing disk).
    """
    source, output = Path(payload["inputs"]["file"]), Path(payload["output"])
    upright = open_upright(source, role="file")
    with Image.open(source) as picture:
        fmt = str(picture.format)
    shutil.copyfile(source, output)
    digest = _sha256(source)
    if _sha256(output) != digest:
        output.unlink()
        raise OSError("the copy differs from the original")
    return {"format": fmt, "width": upright.width, "height": upright.height, "sha256": digest}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
