"""Development keys: made on first run under var/, mode 0600, so that a bare checkout starts without a secret in it."""

import os
import secrets
from pathlib import Path


def load_or_create(folder: Path, name: str, size: int = 32) -> str:
    """Return the hex key kept in folder/name, making it on first use.

    The exclusive create makes two processes that start together agree on one key.
    """
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(size))
        try:
            os.link(draft, path)  # never overwrites: the first process wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
