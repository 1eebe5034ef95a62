"""Which package puts the explicit label into which medium, and looks at an untrusted file of it."""

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from media_jobs.labelling.containers import Container, Medium
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.wish import Wish


class Labeller(Protocol):
    """One medium: `media_jobs.labelling.<pictures|video|audio|text>`."""

    def put(self, source: Path, target: Path, *, container: Container, wish: Wish) -> dict[str, Any]:
        """Write `target`: the content of `source` in the same container with the explicit label put in.

        No AIGC metadata are written here; older ones may or may not stay, the carrier replaces them. With
        `wish.explicit` False nothing visible or audible is added and the media stay as they are. Personal data in
        the metadata (positions, owners, serial numbers) go; what describes the content stays.

        Returns:
            JSON-able: text (the words as shown or spoken), illegible (bool), notes (list of codes), and what the
            medium's readback needs to measure the label again (boxes, times, colours, tones).

        Raises:
            MediaError: the content cannot be decoded, or cannot carry the label.
        """
        ...

    def probe(self, path: Path, *, container: Container, limits: "ProbeLimits") -> dict[str, Any]:
        """Look at the whole file; refuse what cannot be labelled faithfully.

        Returns:
            JSON-able: at least seen_width, seen_height (0 without picture), duration (seconds, 0.0 for stills and
            texts), has_sound, camera (bool: the file says that a camera or recorder made it).

        Raises:
            MediaError: media.truncated, media.damaged, media.too_large, ...
        """
        ...


class ProbeLimits:
    """Ceilings of what is accepted.

    Attributes:
        max_pixels: width × height.
        max_side: pixels.
        max_seconds: of sound and video.
        max_characters: of text.
        max_frames: of an animated picture, and pages of one.
    """

    def __init__(
        self,
        *,
        max_pixels: int = 100_000_000,
        max_side: int = 16_383,
        max_seconds: float = 4 * 3600.0,
        max_characters: int = 20_000_000,
        max_frames: int = 4000,
    ) -> None:
        self.max_pixels = max_pixels
        self.max_side = max_side
        self.max_seconds = max_seconds
        self.max_characters = max_characters
        self.max_frames = max_frames


_PACKAGES = {
    Medium.IMAGE: "media_jobs.labelling.pictures",
    Medium.VIDEO: "media_jobs.labelling.video",
}


def labeller(container: Container) -> Labeller:
    """The package of the container's medium, imported when it is first needed: codecs are slow to load.

    Raises:
        MediaError: media.unsupported_format.
    """
    if container.medium not in _PACKAGES:
        raise media_error("media.unsupported_format", format=container.shown)
    return cast("Labeller", import_module(_PACKAGES[container.medium]))
