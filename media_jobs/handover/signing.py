"""What we sign on a file that we hand over: our two fields of the label, and a manifest with the former as parent."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from media_jobs.handover.traces import Traces
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.c2pa import EMBEDDED, Facts
from media_jobs.labelling.c2pa.apart import sign_apart
from media_jobs.labelling.marks import Content
from media_jobs.labelling.signing import Role, sign_label
from media_jobs.pipeline import keys


def propagator(label: AigcLabel, content: Content) -> AigcLabel:
    """Return the label with our signature in ReservedCode2; ReservedCode1 is the producer's.

    Raises:
        MediaError: signing.*.
    """
    return sign_label(label, content, keys.label_signer(), roles=(Role.PROPAGATOR,))


def resigner(found: Traces, *, propagate_id: str) -> Callable[[Path, Path, Path, str], None] | None:
    """Return what writes our manifest with the former file as parentOf; None where a manifest has no place in it."""
    if found.container.name not in EMBEDDED:
        return None

    def resign(marked: Path, target: Path, former: Path, source_type: str) -> None:
        sign_apart(
            marked,
            target,
            container=found.container,
            facts=Facts(
                source_type=source_type,
                provider=keys.provider_code(),
                provider_name=settings.PROVIDER_NAME,
                produce_id=propagate_id,
                engine="",
                engine_version="",
                made_at=timezone.now(),
                handed_over=True,
            ),
            identity=keys.identity(),
            tsa_url=settings.C2PA_TSA_URL,
            parent=former,
        )

    return resign
