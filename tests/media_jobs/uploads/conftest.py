"""A draft job with a place to put its files."""

from pathlib import Path
from typing import Any

import pytest

from accounts.people.actors import actor_for
from media_jobs.jobs import services as jobs
from media_jobs.jobs.models import Job
from tests import personas as cast
from tests.personas import Personas

personas = cast.personas


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Path:
    """An empty media store."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def draft(personas: Personas, media_root: Path) -> Job:
    """Anna's draft."""
    return jobs.job_create(actor=actor_for(personas.anna), owner=personas.anna, engine="gateway")
