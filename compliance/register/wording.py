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


@dataclass(frozen=True, slots=True)
class _Deployment:
    """What this deployment puts into the texts; a change of any of it is a new wording."""

    name_zh: str
    name_en: str
    provider_code: str
    contact: str
    filing_no: str
    engines: tuple[str, ...]


def wording(kind: str) -> Wording:
    """Return the current wording of one text: what stands in the file and in this deployment's settings.

    Raises:
        FileNotFoundError: there is no such text.
    """
    return _assembled(
        kind,
        _Deployment(
            name_zh=settings.PROVIDER_NAME,
            name_en=settings.PROVIDER_NAME_EN,
            provider_code=settings.PROVIDER_CODE or DEVELOPMENT_CODE,
            contact=settings.PROVIDER_CONTACT,
            filing_no=settings.FILING_NO,
            engines=tuple(settings.ENGINES_ENABLED),
        ),
    )


@lru_cache(maxsize=64)
def _assembled(kind: str, deployment: _Deployment) -> Wording:
    zh = _fill(_source(f"{kind}.zh.md"), CHINESE, deployment.name_zh, deployment)
    en = _fill(_source(f"{kind}.en.md"), ENGLISH, deployment.name_en, deployment)
    return Wording(kind=kind, zh=zh, en=en, sha256=digest(zh, en))


def _fill(text: str, language: str, name: str, deployment: _Deployment) -> str:
    with override(language):
        values = {
            "provider": name,
            "provider_code": deployment.provider_code,
            "contact": deployment.contact,
            "filing": deployment.filing_no or gettext("not filed yet"),
            "engines": "\n".join(engine_lines(deployment.engines)),
            "labels": "\n".join(label_lines(deployment.engines)),
        }
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text


@cache
def _source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
