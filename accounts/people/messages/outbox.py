"""The console channel's folder: one JSON file per message, readable by its owner only."""

import json
import os
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def write(*, to: str, channel: str, purpose: str, body: str) -> Path:
    """Write one message as {"to", "channel", "purpose", "body", "at"} and return its path.

    Names sort by time. The file appears whole: readers never see half a message.
    """
    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    message = {"to": to, "channel": channel, "purpose": purpose, "body": body, "at": timezone.now().isoformat()}
    draft = folder / f".{name}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(message, stream, ensure_ascii=False)
    path = folder / f"{name}.json"
    draft.rename(path)
    return path
