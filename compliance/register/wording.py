"""The texts as they read today: the files of texts/ with the provider's name and the live label configuration."""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext, override

from compliance.register.labels_section import engine_lines, label_lines
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE

FOLDER = Path(__file__).resolve().parent / "texts"
CHINESE, ENGLISH = "zh-hans", "en"


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


def wording(kind: str) -> Wording:
    """Return the current wording of one text: what stands in the file and in this deployment's settings.

    Raises:
        FileNotFoundError: there is no such text.
    """
    return _assembled(
        kind,
        settings.PROVIDER_NAME,
        settings.PROVIDER_NAME_EN,
        settings.PROVIDER_CODE or DEVELOPMENT_CODE,
        settings.PROVIDER_CONTACT,
        settings.FILING_NO,
        tuple(settings.ENGINES_ENABLED),
    )


@lru_cache(maxsize=64)
def _assembled(
    kind: str, name_zh: str, name_en: str, code: str, contact: str, filing_no: str, engines: tuple[str, ...]
) -> Wording:
    zh, en = (
        _fill(_source(f"{kind}.{short}.md"), language, name, code, contact, filing_no, engines)
        for short, language, name in (("zh", CHINESE, name_zh), ("en", ENGLISH, name_en))
    )
    return Wording(kind=kind, zh=zh, en=en, sha256=digest(zh, en))


def _fill(
    text: str, language: str, name: str, code: str, contact: str, filing_no: str, engines: tuple[str, ...]
) -> str:
    with override(language):
        values = {
            "provider": name,
            "provider_code": code,
            "contact": contact,
            "filing": filing_no or gettext("not filed yet"),
            "engines": "\n".join(engine_lines(engines)),
            "labels": "\n".join(label_lines(engines)),
        }
        for key, value in values.items():
            text = text.replace("{{" + key + "}}", value)
    return text


@cache
def _source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
