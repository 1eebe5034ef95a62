"""What the log's tests share: event types, a small log, the offline verifier as a process."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import transaction

from compliance.audit import views
from compliance.audit.actor import Actor, system
from compliance.audit.events import register
from compliance.audit.sequencer import sequence_and_sign
from compliance.audit.services import record

PLAIN = register(940, "test.plain", "Number %(number)s of %(kind)s", public=("number", "kind"))
RELEASED = register(941, "test.released", "A work was released", public=("sha256",))
PERSONAL = register(942, "test.personal", "A person was named", personal=("name", "phone"))

PERSON = Actor("user", "5f6d9a52-52a5-4b0a-9d2a-0a4f7f1f6a11")
HASH = "ab" * 32


def write(count: int, **fields: Any) -> list[str]:
    """Record so many plain events in one transaction; return their ids."""
    with transaction.atomic():
        return [
            record(event=PLAIN, actor=system("test"), public={"number": number, "kind": "test"}, **fields)
            for number in range(count)
        ]


def write_one(**fields: Any) -> str:
    """Record one event."""
    with transaction.atomic():
        return record(**{"event": PLAIN, "actor": PERSON, **fields})


def signed_log(count: int) -> list[str]:
    """Record so many events, sequence and sign them."""
    ids = write(count)
    sequence_and_sign()
    return ids


def verify(folder: Path, bundle: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the offline verifier as a stranger would: a copy of the one file, a plain interpreter, no project."""
    script = Path(shutil.copy(views.VERIFIER, folder / "hallmark_verify.py"))
    proof = folder / "bundle.json"
    text = bundle if isinstance(bundle, str) else json.dumps(bundle, ensure_ascii=False)
    proof.write_text(text, encoding="utf-8", newline="\n")
    return subprocess.run(
        [sys.executable, "-I", str(script), str(proof), *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        check=False,
        timeout=60,
    )
