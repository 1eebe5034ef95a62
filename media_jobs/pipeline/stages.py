"""What each stage does with a job: heavy work here, outside transactions; an Outcome says what the runner commits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from compliance.consent import selectors as consents
from compliance.consent.models import DepictedPerson
from compliance.consent.receipts import commitment
from compliance.review import selectors as reviews
from compliance.review.checks import InputFacts, OutputFacts, Verdict, review_input, review_output
from compliance.review.models import Phase
from media_jobs.engines import faces, registry
from media_jobs.engines.registry import Engine, Permit
from media_jobs.jobs.models import Job, Work
from media_jobs.jobs.services import ReleaseFile
from media_jobs.jobs.states import Depicts, State
from media_jobs.pipeline import errors, labels, previews, sidecars, working
from media_jobs.pipeline.leases import Progress
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
        """Move a finished file, and what stands beside it, into the working store and describe it."""
        kept, digest = working.keep(path, job_id=self.job.pk, stage=self.job.state, token=self.token)
        return Result(kept, digest, report)

    @property
    def on_progress(self) -> Progress:
        """Return the callback that notes on the job how far this try is."""
        return Progress(self.job.pk, self.token)


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
        count = upload.face_count if upload.face_count is not None else len(_look(file, _work_of(upload)).faces)
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
                medium=upload.medium,
            )
        )
    verdict = review_input(biometric=_engine(job).biometric, depicts=job.depicts_declared, inputs=facts)
    if verdict.result == "hold":
        for upload in uploads.uploads_for(job):
            previews.make(attempt.place, job=job, which=upload.role, source=_file_of(upload), work=_work_of(upload))
    return _reviewed(Phase.INPUT, verdict, passed=State.SYNTHESIS)


def synthesis(attempt: Attempt) -> Outcome:
    """Run the engine in its child process, on inputs whose content is still the one that was reviewed."""
    job = attempt.job
    engine = _engine(job)
    brought = {upload.role: upload for upload in uploads.uploads_for(job)}
    files = {role: _file_of(upload) for role, upload in brought.items()}
    # The result has the format of the file that is edited, the last input by the engine's order.
    output = attempt.place / f"output{files[engine.roles[-1]].suffix}"
    permit = Permit(
        job_id=str(job.pk),
        engine=engine.key,
        consents=tuple(str(consent.pk) for consent in consents.consents_in_force(job)),
    )
    report = engine.run(files, output, permit=permit, limits=_work_of(brought[engine.roles[-1]]).limits)
    return Outcome(State.OUTPUT_REVIEW, attempt.keep(output, dict(report)))


def output_review(attempt: Attempt) -> Outcome:
    """Review what was synthesised (Provisions Art. 10): it must be whole; what no check takes in goes to a person."""
    job = attempt.job
    output = result_of(job, State.SYNTHESIS)
    file = working.checked(output.path, digest=output.sha256)
    same = next((upload for upload in uploads.uploads_for(job) if upload.sha256 == output.sha256), None)
    # What passed through unchanged was looked through when it was received.
    probe = same.probe if same is not None and "seen_width" in same.probe else upload_services.examine(file)
    work = _work(job, probe, size=file.stat().st_size, explicit=reviews.unlabelled_approved(job) is None)
    looked = _look(file, work)
    verdict = review_output(
        biometric=_engine(job).biometric,
        output=OutputFacts(
            faces=len(looked.faces),
            width=work.width,
            height=work.height,
            medium=work.medium,
            has_sound=bool(probe["has_sound"]),
            seconds=work.seconds,
            apart=looked.apart,
            unlabelled=not work.explicit,
        ),
        seen_by_officer=reviews.input_passed_by_officer(job) and same is not None,
    )
    if verdict.result == "hold":
        previews.make(attempt.place, job=job, which="output", source=file, work=replace(work, explicit=True))
    boxes = [[face.x, face.y, face.x + face.w, face.y + face.h] for face in looked.faces]
    seen = {"medium": work.medium, "width": work.width, "height": work.height, "seconds": work.seconds, "faces": boxes}
    return replace(_reviewed(Phase.OUTPUT, verdict, passed=State.LABELLING), result=Result(report=seen))


def labelling(attempt: Attempt) -> Outcome:
    """Write the explicit and the implicit label (Provisions Art. 16, 17; GB 45438-2025 5, 6)."""
    job = attempt.job
    source = result_of(job, State.SYNTHESIS)
    file = working.checked(source.path, digest=source.sha256)
    target = attempt.place / f"labelled{file.suffix}"
    receipts = [commitment(consent) for consent in consents.consents_in_force(job)]
    report = labels.write(
        file,
        target,
        produce_id=Work.objects.get(job=job).produce_id,
        engine=_engine(job),
        work=_reviewed_work(job, file),
        receipts=receipts,
        on_progress=attempt.on_progress,
    )
    beside = sidecars.collect(target, report)
    result = attempt.keep(target, report)
    return Outcome(State.READ_BACK, replace(result, report=report | {"sidecars": sidecars.keep(beside, result.path)}))


def read_back(attempt: Attempt) -> Outcome:
    """Read the labels back by an independent path; only what was found again is released (law 4)."""
    job = attempt.job
    source, labelled = result_of(job, State.SYNTHESIS), result_of(job, State.LABELLING)
    original = working.checked(source.path, digest=source.sha256)
    file = working.checked(labelled.path, digest=labelled.sha256)
    beside = sidecars.checked(labelled.report.get("sidecars", []))
    number = Work.objects.get(job=job).produce_id
    request = reviews.unlabelled_approved(job)
    findings = labels.read_back(
        file,
        original=original,
        produce_id=number,
        report=labelled.report,
        engine=_engine(job),
        work=_reviewed_work(job, original),
        on_progress=attempt.on_progress,
    )
    probe = upload_services.examine(file, released=True)
    path = working.publish(file, produce_id=number, sha256=labelled.sha256)
    release = ReleaseFile(
        path=path,
        sha256=labelled.sha256,
        size=file.stat().st_size,
        mime=str(probe["mime"]),
        width=int(probe["seen_width"]),
        height=int(probe["seen_height"]),
        label_text=labels.drawn_text(labelled.report),
        provider_code=labels.provider_code(),
        report={"label": labelled.report, "readback": findings},
        medium=str(probe["medium"]),
        duration=float(probe["duration"]),
        sidecars=sidecars.publish(beside, path),
        unlabelled_request=str(request.pk) if request else "",
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


def _file_of(upload: Upload) -> Path:
    return working.checked(upload.path, digest=upload.sha256)


def _work_of(upload: Upload) -> labels.Work:
    return labels.Work(upload.medium, upload.width, upload.height, upload.duration, upload.size)


def _work(job: Job, probe: Mapping[str, Any], *, size: int, explicit: bool) -> labels.Work:
    return labels.Work(
        medium=str(probe["medium"]),
        width=int(probe["seen_width"]),
        height=int(probe["seen_height"]),
        seconds=float(probe["duration"]),
        size=size,
        art23_class=job.art23_class,
        explicit=explicit,
    )


def _reviewed_work(job: Job, file: Path) -> labels.Work:
    """Return what the review of the result found out about the file, and whether its explicit label may be left out.

    Raises:
        DomainError: pipeline.file_changed, unlabelled.*.
    """
    seen = result_of(job, State.OUTPUT_REVIEW).report
    return labels.Work(
        medium=seen["medium"],
        width=seen["width"],
        height=seen["height"],
        seconds=seen["seconds"],
        size=file.stat().st_size,
        art23_class=job.art23_class,
        faces=tuple((box[0], box[1], box[2], box[3]) for box in seen["faces"]),
        explicit=reviews.unlabelled_approved(job) is None,
    )


def _look(file: Path, work: labels.Work) -> faces.Looked:
    return faces.look(file, medium=work.medium, seconds=work.seconds, pixels=work.width * work.height)


def _reviewed(phase: Phase, verdict: Verdict, *, passed: State) -> Outcome:
    return Outcome(passed if verdict.result == "pass" else State.HELD, phase=phase, verdict=verdict)
