"""The texts as they read today: the files of texts/ with the provider's name and the live label configuration."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).resolve().parent / "texts"


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages.

    Args:
        kind: a PolicyKind value.
        zh: the simplified Chinese text, which binds.
        en: the English text, for reading.
        sha256: hex digest over both, so a change of either is a new version.
    """

    kind: str
    zh: str
    en: str
    sha256: str


def digest(zh: str, en: str) -> str:
    """Return the SHA-256, in hex, of both language texts, each framed by its length in bytes."""
    parts = [text.encode() for text in (zh, en)]
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


@cache
def _source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def wording(kind: str) -> Wording:
    """Return the current wording of one text.

    Raises:
        FileNotFoundError: there is no such text.
    """
    zh = _source(f"{kind}.zh.md").replace("{{provider}}", settings.PROVIDER_NAME)
    en = _source(f"{kind}.en.md").replace("{{provider}}", settings.PROVIDER_NAME_EN)
    return Wording(kind=kind, zh=zh, en=en, sha256=digest(zh, en))
