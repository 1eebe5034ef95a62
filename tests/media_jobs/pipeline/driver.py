"""Runs inside its own process against its own var folder: makes jobs, and tells how they are.

python -m tests.media_jobs.pipeline.driver make COUNT | report
"""

import json
import sys
from io import BytesIO

import django


def make(count: int) -> list[str]:
    """Submit so many complete jobs of one verified account and return their ids."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from accounts.people.actors import actor_for
    from accounts.people.models import User
    from media_jobs.pipeline import services, wording
    from tests.media_jobs.ready import make_ready

    user = User.objects.with_phone("+8613800138101")
    if user is None:
        user = User.objects.open_account(role="user", phone="+8613800138101", phone_verified=True)
        make_ready(user)
    actor = actor_for(user)
    data = BytesIO()
    Image.linear_gradient("L").resize((320, 240)).convert("RGB").save(data, format="JPEG")
    made = []
    for _ in range(count):
        job = services.draft_create(actor=actor, user=user, engine="gateway")
        services.draft_declare(actor=actor, job=job, art23_class="23.1(5)", depicts_declared="none")
        services.input_store(
            actor=actor, job=job, role="file", file=SimpleUploadedFile("scene.jpg", data.getvalue(), "image/jpeg")
        )
        services.job_submit(
            actor=actor,
            user=user,
            job=job,
            acknowledged=services.Acknowledged(wording.version(wording.REMINDER)),
        )
        made.append(str(job.pk))
    return made


def report() -> dict[str, object]:
    """Return what a person and the log would see of every job."""
    from compliance.audit.selectors import job_events
    from media_jobs.jobs.models import Job, Release
    from media_jobs.pipeline import working

    jobs = {
        str(job.pk): {
            "state": job.state,
            "reason": job.reason_code,
            "released": sum(event.type == "job.released" for event in job_events(job.pk)),
            "taken_over": sum(event.type == "pipeline.lease_taken_over" for event in job_events(job.pk)),
            "way": [change.to_state for change in job.changes.all()],
            "releases": Release.objects.filter(work__job=job).count(),
        }
        for job in Job.objects.all()
    }
    root = working.root()
    return {
        "jobs": jobs,
        "released_files": sorted(str(path) for path in (root / working.RELEASED).rglob("*") if path.is_file()),
        "recorded_files": sorted(str(root / path) for path in Release.objects.values_list("path", flat=True)),
        "working_files": sorted(str(path) for path in (root / working.FOLDER).rglob("*")),
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(make(int(sys.argv[2])) if sys.argv[1] == "make" else report()))
