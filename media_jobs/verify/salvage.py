"""Child side: look for a label in a file whose structure is broken. Knows no Django.

The room's reader follows each container's rules and stops where they are broken; a stranger's file with one flipped bit
should still be told whose label it carries.
"""

import re
from pathlib import Path
from typing import Any

from media_jobs.labelling import aigc, provider_code
from media_jobs.labelling.errors import MediaError

_LOOSE = re.compile(rb'\{[^{}]{0,4000}?"ContentProducer"[^{}]{0,4000}?\}')
_MOST = 8


def scan(payload: dict[str, Any]) -> dict[str, Any]:
    """Return {"labels": [...]} in the reader's shape for {"path"}: whatever looks like a label, wherever it stands."""
    data = Path(payload["path"]).read_bytes().replace(b"&quot;", b'"')
    return {"labels": [found for match in list(_LOOSE.finditer(data))[:_MOST] if (found := _described(match[0]))]}


def _described(raw: bytes) -> dict[str, Any] | None:
    text = raw.decode("utf-8", "replace")
    try:
        reading = aigc.read(text)
    except MediaError:
        return None
    values = reading.label.values()
    return {
        "location": "damaged",
        "text": text[:2000],
        "values": values,
        "notes": list(reading.notes),
        "producer": provider_code.describe(values["ContentProducer"]),
    }
