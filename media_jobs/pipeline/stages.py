"""What each stage does with a job: heavy work here, outside transactions; an Outcome says what the runner commits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compliance.consent import selectors as consents
from compliance.consent.models import DepictedPerson
from compliance.consent.receipts import commitment
from compliance.review import selectors as reviews
from compliance.review.checks import InputFacts, Verdict, review_input, review_output
from compliance.review.models import Phase
from media_jobs.engines import faces, registry
from media_jobs.engines.registry import Engine, Permit
from media_jobs.jobs.models import Job, Work
from media_jobs.jobs.services import ReleaseFile
from media_jobs.jobs.states import Depicts, State
from media_jobs.pipeline import errors, labels, working
from media_jobs.pipeline.models import StageResult
from media_jobs.uploads import selectors as uploads
from media_jobs.uploads import services as upload_services
from media_jobs.uploads.models import Upload


@dataclass(frozen=True, slots=True)
class Result:
    """What a stage leaves for the next one.

    Args:
        path: relative to MEDIA_ROOT, "" for a stage without a file.
        sha256: of the file.
        report: findings, JSON.
    """

    path: str = ""
    sha256: str = ""
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the runner is to commit in one transaction.

    Args:
        to: the next state; None where only the consent check decides inside the transaction.
        result: what the stage leaves behind.
        phase: which review took place, "" when none.
        verdict: its verdict; a hold moves the job to `held`.
        release: the file to release, with the last move.
    """

    to: State | None
    result: Result | None = None
    phase: str = ""
    verdict: Verdict | None = None
    release: ReleaseFile | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one stage.

    Args:
        job: as it was read when the stage began.
        token: the lease's fencing token.
        place: an empty folder of this attempt; whatever is left in it goes when the attempt ends.
    """

    job: Job
    token: str
    place: Path

    def keep(self, path: Path, report: dict[str, Any]) -> Result:
        """Move a finished file into the working store and describe it."""
        kept, digest = working.keep(path, job_id=self.job.pk, stage=self.job.state, token=self.token)
        return Result(kept, digest, report)


def consent_settled(job: Job) -> bool:
    """Return whether the job may run as far as the depicted persons are concerned (Provisions Art. 14).

    A job that declares nobody identifiable has nobody to ask; a face found in it all the same is held for an officer
    by the input review, never passed automatically.
    """
    if job.depicts_declared == Depicts.NONE and not DepictedPerson.objects.filter(job=job).exists():
        return not _engine(job).biometric
    return consents.all_granted(job)


def consent_check(_attempt: Attempt) -> Outcome:
    """Nothing heavy: the runner asks and decides under the job's row lock."""
    return Outcome(to=None)


def input_review(attempt: Attempt) -> Outcome:
    """Review what the user brought (Provisions Art. 10)."""
    job = attempt.job
    facts = []
    named = dict.fromkeys(_upload_ids(job), 0)
    for upload_id in DepictedPerson.objects.filter(job=job).values_list("upload_id", flat=True):
        named[upload_id] += 1
    for upload in uploads.uploads_for(job):
        file = working.checked(upload.path, digest=upload.sha256)
        count = upload.face_count if upload.face_count is not None else len(faces.detect(file))
        facts.append(
            InputFacts(
                role=upload.role,
                width=upload.width,
                height=upload.height,
                faces=count,
                named=named[upload.pk],
                camera=labels.has_camera(upload.probe),
                labels=len(upload.existing_labels),
                sha256=upload.sha256,
            )
        )
    verdict = review_input(biometric=_engine(job).biometric, depicts=job.depicts_declared, inputs=facts)
    return _reviewed(Phase.INPUT, verdict, passed=State.SYNTHESIS)


def synthesis(attempt: Attempt) -> Outcome:
    """Run the engine in its child process, on inputs whose content is still the one that was reviewed."""
    job = attempt.job
    engine = _engine(job)
    files = {upload.role: working.checked(upload.path, digest=upload.sha256) for upload in uploads.uploads_for(job)}
    # The result has the format of the picture that is edited, the last input by the engine's order.
    output = attempt.place / f"output{files[engine.roles[-1]].suffix}"
    permit = Permit(
        job_id=str(job.pk),
        engine=engine.key,
        consents=tuple(str(consent.pk) for consent in consents.consents_in_force(job)),
    )
    report = engine.run(files, output, permit=permit)
    return Outcome(State.OUTPUT_REVIEW, attempt.keep(output, dict(report)))


def output_review(attempt: Attempt) -> Outcome:
    """Review what was synthesised (Provisions Art. 10): it must be a whole picture; faces go to a person."""
    job = attempt.job
    output = result_of(job, State.SYNTHESIS)
    file = working.checked(output.path, digest=output.sha256)
    probe = upload_services.examine(file)
    verdict = review_output(
        biometric=_engine(job).biometric,
        faces=len(faces.detect(file)),
        width=int(probe["seen_width"]),
        height=int(probe["seen_height"]),
        seen_by_officer=reviews.input_passed_by_officer(job)
        and output.sha256 in {upload.sha256 for upload in uploads.uploads_for(job)},
    )
    return _reviewed(Phase.OUTPUT, verdict, passed=State.LABELLING)


def labelling(attempt: Attempt) -> Outcome:
    """Write the explicit and the implicit label (Provisions Art. 16, 17; GB 45438-2025 5.2, 6)."""
    job = attempt.job
    source = result_of(job, State.SYNTHESIS)
    file = working.checked(source.path, digest=source.sha256)
    work = Work.objects.get(job=job)
    target = attempt.place / f"labelled{file.suffix}"
    receipts = [commitment(consent) for consent in consents.consents_in_force(job)]
    report = labels.write(file, target, produce_id=work.produce_id, engine=_engine(job), receipts=receipts)
    return Outcome(State.READ_BACK, attempt.keep(target, report))


def read_back(attempt: Attempt) -> Outcome:
    """Read the labels back by an independent path; only what was found again is released (law 4)."""
    job = attempt.job
    source, labelled = result_of(job, State.SYNTHESIS), result_of(job, State.LABELLING)
    original = working.checked(source.path, digest=source.sha256)
    file = working.checked(labelled.path, digest=labelled.sha256)
    work = Work.objects.get(job=job)
    findings = labels.read_back(
        file, original=original, produce_id=work.produce_id, report=labelled.report, engine=_engine(job)
    )
    probe = upload_services.examine(file)
    release = ReleaseFile(
        path=working.publish(file, produce_id=work.produce_id, sha256=labelled.sha256),
        sha256=labelled.sha256,
        size=file.stat().st_size,
        mime=str(probe["mime"]),
        width=int(probe["seen_width"]),
        height=int(probe["seen_height"]),
        label_text=labels.drawn_text(labelled.report),
        provider_code=labels.provider_code(),
        report={"label": labelled.report, "readback": findings},
    )
    return Outcome(State.RELEASED, Result(report=findings), release=release)


STAGES: dict[State, Callable[[Attempt], Outcome]] = {
    State.SUBMITTED: consent_check,
    State.INPUT_REVIEW: input_review,
    State.SYNTHESIS: synthesis,
    State.OUTPUT_REVIEW: output_review,
    State.LABELLING: labelling,
    State.READ_BACK: read_back,
}


def result_of(job: Job, stage: State) -> StageResult:
    """Return what an earlier stage left.

    Raises:
        DomainError: pipeline.file_changed when there is nothing (law 4: fail closed).
    """
    found = StageResult.objects.filter(job=job, stage=stage).first()
    if found is None:
        raise errors.file_changed()
    return found


def _engine(job: Job) -> Engine:
    return registry.get(job.engine)


def _upload_ids(job: Job) -> list[Any]:
    return list(Upload.objects.filter(job=job).values_list("pk", flat=True))


def _reviewed(phase: Phase, verdict: Verdict, *, passed: State) -> Outcome:
    return Outcome(passed if verdict.result == "pass" else State.HELD, phase=phase, verdict=verdict)
