"""What the explicit label shall be: words, theme, place in time, form; one value for every medium."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from media_jobs.labelling.errors import media_error

DEFAULT_TEXT = "AI生成"


class Theme(StrEnum):
    """Whose words stand in the label; the Chinese elements are always there (GB 45438-2025 5)."""

    CN = "cn"
    CN_EU = "cn_eu"  # with AI GENERATED or AI MODIFIED, top right (EU AI Act Art. 50)


class Sound(StrEnum):
    """The audible label (GB 45438-2025 5.3 a): spoken words, or the rhythm short-long-short-short."""

    VOICE = "voice"
    RHYTHM = "rhythm"


class Where(StrEnum):
    """Before the content, after it, or both (GB 45438-2025 5.3 d)."""

    START = "start"
    END = "end"
    BOTH = "both"


@dataclass(frozen=True)
class Wish:
    """How to label.

    Attributes:
        text: the words, both elements in them.
        theme: CN or CN_EU.
        modified: made out of real material: the EU word is AI MODIFIED instead of AI GENERATED.
        explicit: False only for Labelling Measures Art. 9; refused under the EU theme.
        panorama: the picture or video is equirectangular; the label goes into the start view (GB 45438-2025 5.5).
        seconds: video: how long the label stays; None for the whole duration; never under 2 s and 5 %.
        sound: form of the audible label.
        where: place of the audible label.
        language: "zh" or "en" of the spoken label (the English one says the Chinese elements too).
        sound_in_video: also label the sound of a video; else its packets are copied untouched.
        faces: boxes (left, top, right, bottom) in pixels as seen that the label should not cover; None lets the
            labeller look for itself.
        progress: called with (done, total) seconds of media, total 0.0 where unknown.
    """

    text: str = DEFAULT_TEXT
    theme: Theme = Theme.CN
    modified: bool = False
    explicit: bool = True
    panorama: bool = False
    seconds: float | None = None
    sound: Sound = Sound.VOICE
    where: Where = Where.START
    language: str = "zh"
    sound_in_video: bool = False
    faces: tuple[tuple[int, int, int, int], ...] | None = None
    progress: Callable[[float, float], None] | None = field(default=None, compare=False)

    def check(self) -> None:
        """Nothing when the wish is lawful as a whole.

        Raises:
            MediaError: label.explicit_required (Labelling Measures Art. 9 does not release from EU AI Act Art. 50).
        """
        if not self.explicit and self.theme == Theme.CN_EU:
            raise media_error("label.explicit_required")

    @property
    def english(self) -> str:
        """The EU words that stand beside the Chinese ones, or ""."""
        if self.theme != Theme.CN_EU:
            return ""
        return "AI MODIFIED" if self.modified else "AI GENERATED"

    def as_json(self) -> dict[str, Any]:
        """For the way to a child process; the callback stays behind."""
        values = asdict(self)
        values.pop("progress")
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any], progress: Callable[[float, float], None] | None = None) -> "Wish":
        """The counterpart of as_json; unknown keys are refused.

        Raises:
            TypeError, ValueError: not what as_json made.
        """
        given = dict(values)
        for key, kind in (("theme", Theme), ("sound", Sound), ("where", Where)):
            if key in given:
                given[key] = kind(given[key])
        if given.get("faces") is not None:
            given["faces"] = tuple(tuple(int(number) for number in box) for box in given["faces"])
        return cls(**given, progress=progress)
