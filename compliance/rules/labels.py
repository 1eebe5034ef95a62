"""Which labels a job needs, and what they must look like (Provisions Art. 16, 17; Labelling Measures Art. 4, 5, 9).

The house labels everything: item (5) of Art. 17(1) is a catch-all, so no job type is treated as exempt.
"""

from dataclasses import dataclass
from enum import StrEnum

from compliance.rules.art23 import Art23
from compliance.rules.errors import gettext_noop


class Art17(StrEnum):
    """The services that need a conspicuous label, written as the article's item."""

    TEXT = "17.1(1)"
    VOICE = "17.1(2)"
    PERSON_IMAGE = "17.1(3)"
    SCENE = "17.1(4)"
    OTHER = "17.1(5)"


class Medium(StrEnum):
    """What a file holds; the form of the explicit label follows from it (Labelling Measures Art. 4)."""

    TEXT = "text"
    AUDIO = "audio"
    IMAGE = "image"
    VIDEO = "video"
    SCENE = "scene"


@dataclass(frozen=True, slots=True)
class ExplicitForm:
    """How an explicit label looks in one medium.

    Args:
        method: what is put where, in the catalogue's English.
        cite: the clause.
        min_height: least height of the characters as a share of the shortest side, 0 where the medium has none.
        min_seconds: least time on screen, 0 where it does not apply.
    """

    method: str
    cite: str
    min_height: float = 0.0
    min_seconds: float = 0.0


FORMS: dict[Medium, ExplicitForm] = {
    Medium.TEXT: ExplicitForm(
        gettext_noop("a line of text at the beginning and at the end"),
        "GB 45438-2025 5.1",
    ),
    Medium.AUDIO: ExplicitForm(
        gettext_noop("a spoken sentence or the rhythm short-long-short-short at the beginning or the end"),
        "GB 45438-2025 5.3",
    ),
    Medium.IMAGE: ExplicitForm(
        gettext_noop("text at an edge or corner, at least 5 percent of the shortest side high"),
        "GB 45438-2025 5.2",
        min_height=0.05,
    ),
    Medium.VIDEO: ExplicitForm(
        gettext_noop("text from the first frame, at least 2 seconds and 5 percent of the shortest side high"),
        "GB 45438-2025 5.4",
        min_height=0.05,
        min_seconds=2.0,
    ),
    Medium.SCENE: ExplicitForm(
        gettext_noop("text in the first view, at least 2 seconds and 5 percent of the shortest side high"),
        "GB 45438-2025 5.5",
        min_height=0.05,
        min_seconds=2.0,
    ),
}

ITEMS: dict[Art17, str] = {
    Art17.TEXT: gettext_noop("Provisions Art. 17(1)(1)"),
    Art17.VOICE: gettext_noop("Provisions Art. 17(1)(2)"),
    Art17.PERSON_IMAGE: gettext_noop("Provisions Art. 17(1)(3)"),
    Art17.SCENE: gettext_noop("Provisions Art. 17(1)(4)"),
    Art17.OTHER: gettext_noop("Provisions Art. 17(1)(5)"),
}

# The item of Art. 17(1) that each class of Art. 23(1) falls under.
ITEM_OF: dict[Art23, Art17] = {
    Art23.TEXT: Art17.TEXT,
    Art23.SPEECH: Art17.VOICE,
    Art23.SOUND: Art17.OTHER,
    Art23.BIOMETRIC_IMAGE: Art17.PERSON_IMAGE,
    Art23.OTHER_IMAGE: Art17.OTHER,
    Art23.SCENE: Art17.SCENE,
}

# Both elements GB 45438 asks of a worded label: the AI element and the generation element.
GENERATED_TEXT = "人工智能生成"
EDITED_TEXT = "人工智能合成"
_AI_ELEMENTS = ("人工智能", "AI")
_GENERATION_ELEMENTS = ("生成", "合成")

CITE_EXPLICIT = gettext_noop("Provisions Art. 17; Labelling Measures Art. 4")
CITE_IMPLICIT = gettext_noop("Provisions Art. 16; Labelling Measures Art. 5")


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What is put on the output of one job, said before the job starts.

    Args:
        category: item of Art. 17(1).
        explicit: whether the visible or audible label is added; always True in this house.
        implicit: whether the file's metadata carry the `AIGC` label; always True (Art. 16).
        text: the words of the explicit label, containing both elements of GB 45438.
        form: how it looks.
        notices: sentences for the page before the job, English and in the catalogue, each with its citation.
    """

    category: Art17
    explicit: bool
    implicit: bool
    text: str
    form: ExplicitForm
    notices: tuple[tuple[str, str], ...]


def has_both_elements(text: str) -> bool:
    """Tell whether a worded label names AI and generation (GB 45438-2025 5.1 to 5.6)."""
    return any(word in text for word in _AI_ELEMENTS) and any(word in text for word in _GENERATION_ELEMENTS)


def label_text(*, edits_real_media: bool) -> str:
    """Return the words of the explicit label: synthesised from real material, or generated as a whole."""
    return EDITED_TEXT if edits_real_media else GENERATED_TEXT


def plan(art17: str, *, edits_real_media: bool, medium: Medium = Medium.IMAGE) -> LabelPlan:
    """Return the labels for a job of one Art. 17(1) category.

    Args:
        art17: "17.1(1)" to "17.1(5)".
        edits_real_media: whether the output is made out of real pictures or recordings.
        medium: what the output file holds.

    Raises:
        ValueError: not an item of Art. 17(1).
    """
    category = Art17(art17)
    return LabelPlan(
        category=category,
        explicit=True,
        implicit=True,
        text=label_text(edits_real_media=edits_real_media),
        form=FORMS[medium],
        notices=(
            (
                gettext_noop("The file shows people that it is synthetic. This label cannot be switched off."),
                CITE_EXPLICIT,
            ),
            (
                gettext_noop(
                    "The file's metadata say so too, with the provider's code and a number; no name, no account."
                ),
                CITE_IMPLICIT,
            ),
            (
                gettext_noop("Nobody may remove, change or hide these labels, and you may not either."),
                gettext_noop("Provisions Art. 18; Labelling Measures Art. 10"),
            ),
        ),
    )
