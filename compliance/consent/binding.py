"""What a consent is bound to: when any of it changes, the consent no longer covers the job (PIPL Art. 14)."""

import json
from hashlib import sha256

from django.conf import settings

from media_jobs.jobs.models import Job


def binding_of(*, job: Job, purpose: str, engine_version: str) -> str:
    """Return the SHA-256 (hex) over job, purpose, method, engine version and provider.

    The job's random id makes the hash unguessable, so that it may stand beside sealed columns.
    """
    return digest(
        {
            "job": str(job.pk),
            "purpose": purpose,
            "method": job.engine,
            "engine_version": engine_version,
            "provider": [settings.PROVIDER_NAME, settings.PROVIDER_CODE],
        }
    )


def canonical(value: object) -> str:
    """Return JSON with sorted keys and no spaces: the same value is always the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """Return the SHA-256 (hex) of the canonical JSON in UTF-8."""
    return sha256(canonical(value).encode("utf-8")).hexdigest()
