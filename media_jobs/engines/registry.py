"""Which engines exist, what each needs, and the one door through which they run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.rules.art23 import CLASSES, Art23, fits
from compliance.rules.labels import ITEM_OF, Art17, label_text
from media_jobs.engines import errors
from media_jobs.isolation.limits import DEFAULT, Limits
from media_jobs.isolation.runner import run_isolated
from media_jobs.labelling import digital_source
from media_jobs.labelling.accepted import accepted
from media_jobs.labelling.containers import Container, Medium

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to run one engine once, made by the pipeline after it looked at the consents.

    Args:
        job_id: the job that runs.
        engine: the engine's key the permit was made for.
        consents: ids of the separate consents in force for the people depicted in the inputs (Provisions Art. 14,
            PIPL Art. 29); empty only where nobody is depicted.
    """

    job_id: str
    engine: str
    consents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """One input of an engine.

    Args:
        key: name of the input: "file", "source", "target".
        title: what the upload field is called.
        help: one sentence: which file belongs here.
        media: what may be handed in.
        formats: names of containers, where an engine reads fewer than the labelling room (labelling.containers).
        single: takes no animation and no picture of several pages.
    """

    key: str
    title: Text
    help: Text
    media: tuple[Medium, ...] = (Medium.IMAGE,)
    formats: tuple[str, ...] = ()
    single: bool = False

    @property
    def containers(self) -> tuple[Container, ...]:
        """Return the containers this input takes: of its media and formats those that can be labelled here."""
        return tuple(one for one in accepted(self.media) if not self.formats or one.name in self.formats)


@dataclass(frozen=True, slots=True)
class Engine:
    """What synthesises.

    Args:
        key: stable name, stored in the job.
        version: of the engine's code and weights; goes into the log.
        title: what the person chooses.
        description: one or two sentences: what it does with which files.
        inputs: the inputs in order.
        art17: the item of Provisions Art. 17(1) that makes the conspicuous label compulsory.
        art23: the classes of Provisions Art. 23 the submitter may declare, as choices (item, title).
        biometric: edits biometric information, so that it runs only with consents (Provisions Art. 14).
        edits_real_media: makes its output out of real pictures; decides the words of the label.
        digital_source_type: full IPTC URI for the file's metadata.
        target: the function the isolated child runs.
    """

    key: str
    version: str
    title: Text
    description: Text
    inputs: tuple[Role, ...]
    art17: str
    art23: tuple[tuple[str, Text], ...]
    biometric: bool
    edits_real_media: bool
    digital_source_type: str
    target: str

    @property
    def roles(self) -> tuple[str, ...]:
        """Return the names of the inputs in order."""
        return tuple(role.key for role in self.inputs)

    def art17_for(self, art23_class: str) -> str:
        """Return the item of Provisions Art. 17(1) that a declared Art. 23 class falls under."""
        return ITEM_OF[Art23(art23_class)] if art23_class in dict(self.art23) else self.art17

    def classes(self, medium: str = "") -> tuple[tuple[str, Text], ...]:
        """Return the classes of Provisions Art. 23 that fit a medium, as choices; of every accepted one where ""."""
        media = (medium,) if medium else tuple({str(one.medium) for role in self.inputs for one in role.containers})
        return tuple((item, title) for item, title in self.art23 if any(fits(item, one) for one in media))

    def run(
        self, inputs: Mapping[str, Path], output: Path, *, permit: Permit, limits: Limits = DEFAULT
    ) -> dict[str, Any]:
        """Make the output from the inputs in an isolated child.

        Args:
            inputs: one existing file for every role.
            output: where the result goes; written whole or not at all.
            permit: made by the pipeline for this job and this engine.
            limits: of the child.

        Returns:
            What the child reports: at least "format", "width", "height".

        Raises:
            DomainError: engines.not_available, engines.wrong_permit, engines.no_consent, engines.missing_input.
            EngineError: the inputs cannot be used (engines.no_face, engines.several_faces, ...).
            IsolationError: the child died or ran out of its limits.
        """
        if self.key not in settings.ENGINES_ENABLED:
            raise errors.not_available(self.key)
        if permit.engine != self.key or not permit.job_id:
            raise errors.wrong_permit()
        if self.biometric and not any(permit.consents):
            raise errors.no_permit()
        for role in self.roles:
            if role not in inputs:
                raise errors.missing_input(role)
        part = output.with_name(f"{output.name}.{uuid4().hex}.part")
        payload = {
            "inputs": {role: str(inputs[role].absolute()) for role in self.roles},
            "output": str(part.absolute()),
        }
        try:
            report = run_isolated(self.target, payload, limits=limits)
            part.rename(output)
        finally:
            part.unlink(missing_ok=True)
        return report


# What the face blend reads and writes (engines.picture.save_like).
_STILLS = ("jpeg", "png", "webp")


def _choices(*items: Art23) -> tuple[tuple[str, Text], ...]:
    return tuple((str(item), _(CLASSES[item].title)) for item in items)


_ENGINES = {
    engine.key: engine
    for engine in (
        Engine(
            key="gateway",
            version="1",
            title=_("Label and release a file that our own model made"),
            description=_(
                "You bring a picture, video, sound, text or scene that this provider's own model made. It is reviewed, "
                "labelled, read back and released; its content is not edited before labelling."
            ),
            inputs=(
                Role(
                    "file",
                    _("The generated file"),
                    _("Only what a model made: labelling a true recording as synthetic is itself a violation."),
                    media=tuple(Medium),
                ),
            ),
            art17=Art17.OTHER,
            art23=_choices(*Art23),
            biometric=False,
            edits_real_media=False,
            digital_source_type=digital_source.TRAINED_ALGORITHMIC_MEDIA,
            target="media_jobs.engines.gateway:run",
        ),
        Engine(
            key="face_blend",
            version="1",
            title=_("Put one face into another picture"),
            description=_(
                "Takes the face from one picture and blends it into another. Everybody depicted in either picture is "
                "asked first and must agree."
            ),
            inputs=(
                Role(
                    "source",
                    _("The face"),
                    _("A picture with exactly one face: the one to be put in."),
                    formats=_STILLS,
                    single=True,
                ),
                Role(
                    "target",
                    _("The picture to edit"),
                    _("A picture with exactly one face: the one to be replaced."),
                    formats=_STILLS,
                    single=True,
                ),
            ),
            art17=Art17.PERSON_IMAGE,
            art23=_choices(Art23.BIOMETRIC_IMAGE),
            biometric=True,
            edits_real_media=True,
            digital_source_type=digital_source.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
            target="media_jobs.engines.face_blend:run",
        ),
    )
}


def get(key: str) -> Engine:
    """Return the engine of that key.

    Raises:
        DomainError: engines.not_available - unknown, or not in ENGINES_ENABLED.
    """
    engine = _ENGINES.get(key)
    if engine is None or key not in settings.ENGINES_ENABLED:
        raise errors.not_available(key)
    return engine


def describe(key: str) -> Engine | None:
    """Return the engine of that key for display, also when this deployment no longer offers it."""
    return _ENGINES.get(key)


def input_text(key: str) -> str:
    """Return the explicit label that an engine's inputs carry wherever they are shown.

    What is handed in as synthetic never leaves the store unlabelled, not even as a preview (Provisions Art. 18); a real
    photograph that is to be edited is not called synthetic (Labelling Measures Art. 10): "".
    """
    engine = describe(key)
    return "" if engine is not None and engine.edits_real_media else label_text(edits_real_media=False)


def available() -> list[Engine]:
    """Return the engines this deployment offers, in the house's order."""
    return [engine for engine in _ENGINES.values() if engine.key in settings.ENGINES_ENABLED]
