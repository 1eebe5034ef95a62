"""What an officer is shown of held sound and video: the whole of it, with the explicit label put in.

Made by the worker when it holds a job, because encoding takes longer than a page may. Pictures and texts are shown by
`views.holds` from the file itself. No unlabelled synthetic file leaves the working store, not even for review
(Provisions Art. 18).
"""

from pathlib import Path

from media_jobs.engines import registry
from media_jobs.isolation.errors import PortableError
from media_jobs.jobs.models import Job
from media_jobs.labelling.containers import Medium
from media_jobs.pipeline import labels, working

RECORDINGS = (Medium.VIDEO, Medium.AUDIO)


def make(place: Path, *, job: Job, which: str, source: Path, work: labels.Work) -> Path | None:
    """Keep a labelled copy of a recording for the officer; None for other media, or where it cannot be made.

    Args:
        place: the attempt's folder.
        which: "output", or an input's role.
        work: what the file holds; its label is never left out here.
    """
    if work.medium not in RECORDINGS:
        return None
    drawn = place / f"preview{source.suffix}"
    try:
        labels.draw(source, drawn, engine=registry.describe(job.engine), work=work)
    except PortableError:
        # What cannot carry a label cannot be shown; the officer is told so, and may reject it.
        return None
    kept = path_of(job, which, source.suffix)
    drawn.replace(kept)
    return kept


def path_of(job: Job, which: str, suffix: str) -> Path:
    """Return where the officer's copy lies, whether it exists or not."""
    return working.folder(job.pk) / f"preview-{which}{suffix}"
