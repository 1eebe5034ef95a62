"""What a consent is bound to: when any of it changes, the consent no longer covers the job (PIPL Art. 14)."""

import json
from hashlib import sha256

from django.conf import settings

from compliance.rules.consent import binding_hash
from media_jobs.jobs.models import Job

# PIPL Art. 28: a face is biometric information; the number and the name are what the asker gave to reach the person.
DATA_TYPES = ("face", "name", "phone")


def binding_of(*, job: Job, purpose: str, engine_version: str) -> str:
    """Return the SHA-256 (hex) over job, purpose, method, engine version, provider and kinds of data.

    The job's random id makes the hash unguessable, so that it may stand beside sealed columns.
    """
    method = canonical(
        {
            "job": str(job.pk),
            "engine": job.engine,
            "engine_version": engine_version,
            "provider": [settings.PROVIDER_NAME, settings.PROVIDER_CODE],
        }
    )
    return binding_hash(purpose=purpose, method=method, data_types=DATA_TYPES)


def canonical(value: object) -> str:
    """Return JSON with sorted keys and no spaces: the same value is always the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text_digest(text: str) -> str:
    """Return the SHA-256 (hex) of a text in UTF-8."""
    return sha256(text.encode("utf-8")).hexdigest()
