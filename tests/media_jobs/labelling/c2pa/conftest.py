"""An identity of a certification authority, and facts about a work."""

from datetime import UTC, datetime
from typing import Any

import pytest

from media_jobs.labelling.c2pa import Facts, Identity
from media_jobs.labelling.digital_source import TRAINED_ALGORITHMIC_MEDIA
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.signing import KeySigner
from tests.certificates import issued

MADE_AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def facts(**changed: Any) -> Facts:
    given: dict[str, Any] = {
        "source_type": TRAINED_ALGORITHMIC_MEDIA,
        "provider": DEVELOPMENT_CODE,
        "provider_name": "示例",
        "produce_id": "work-1",
        "engine": "face_blend",
        "engine_version": "2.1",
        "made_at": MADE_AT,
        "label_text": "AI生成",
    }
    return Facts(**given | changed)


@pytest.fixture(scope="session")
def identity() -> Identity:
    sent = issued()
    return Identity(KeySigner(sent.key), sent.chain)
