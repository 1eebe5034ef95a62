"""Verified, declared, suspected or nothing: the four rows of Labelling Measures Art. 6."""

from dataclasses import dataclass

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.aigc import IS_SYNTHETIC, MAY_BE_SYNTHETIC, SUSPECTED_SYNTHETIC, AigcLabel

VERIFIED, DECLARED, SUSPECTED, NONE = "verified", "declared", "suspected", "none"
UNKNOWN = "unknown"  # stands for a producer nobody knows; the standard names no word for it


@dataclass(frozen=True)
class Decision:
    """What the platform knows, and what it has to say and write.

    Attributes:
        result: VERIFIED, DECLARED, SUSPECTED or NONE.
        label: value of `Label` (Annex E c), "" for NONE.
        sentence: English msgid of what stands next to the content, "" for NONE.
        chinese: the same with the law's own word (属于, 可能为, 疑似), whatever language the page has.
        clause: of the Labelling Measures.
    """

    result: str
    label: str
    sentence: str
    chinese: str
    clause: str

    @property
    def writes(self) -> bool:
        """Propagation elements belong into the file (Art. 6, last sentence)."""
        return self.result != NONE


_DECISIONS = {
    IS_SYNTHETIC: Decision(
        VERIFIED,
        IS_SYNTHETIC,
        gettext_noop("This content is AI-generated or synthesised"),
        "该内容属于人工智能生成合成内容",
        "Labelling Measures Art. 6 (1)",
    ),
    MAY_BE_SYNTHETIC: Decision(
        DECLARED,
        MAY_BE_SYNTHETIC,
        gettext_noop("This content may be AI-generated or synthesised"),
        "该内容可能为人工智能生成合成内容",
        "Labelling Measures Art. 6 (2)",
    ),
    SUSPECTED_SYNTHETIC: Decision(
        SUSPECTED,
        SUSPECTED_SYNTHETIC,
        gettext_noop("This content is suspected to be AI-generated or synthesised"),
        "该内容疑似人工智能生成合成内容",
        "Labelling Measures Art. 6 (3)",
    ),
}
_NOTHING = Decision(NONE, "", "", "", "Labelling Measures Art. 6")


def decide(label: AigcLabel | None, *, declared: bool, detected: bool) -> Decision:
    """The first row that applies.

    A label that itself says "may be" or "suspected" is no clear statement in the sense of Art. 6 (1): it counts as
    much as a declaration or a trace, and a declaration outweighs a suspicion.

    Args:
        label: the file's one label (settle), None without.
        declared: the user said that the content is generated.
        detected: the platform found an explicit label or other traces.
    """
    said = "" if label is None else label.label
    if said == IS_SYNTHETIC:
        return _DECISIONS[IS_SYNTHETIC]
    if declared or said == MAY_BE_SYNTHETIC:
        return _DECISIONS[MAY_BE_SYNTHETIC]
    if detected or said == SUSPECTED_SYNTHETIC:
        return _DECISIONS[SUSPECTED_SYNTHETIC]
    return _NOTHING
