"""The pixels of a labelled picture and of its original, decoded apart from the writer's code.

Shapes: a frame is (height, width, channels) as stored, 8 or 16 bits; grey 1 channel, colour 3, with transparency 4.
"""

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

Frame = npt.NDArray[Any]
_SAMPLED = 8  # frames of an animation that are looked at: the first, the last, and some between
_STRIP = 256  # rows
_FORMATS = {"png": "PNG", "webp": "WEBP", "gif": "GIF", "tiff": "TIFF", "avif": "AVIF", "jpeg": "JPEG"}
UNREADABLE = (OSError, EOFError, ValueError, SyntaxError, RuntimeError, KeyError, IndexError, TypeError, cv2.error,
              Image.DecompressionBombError)  # fmt: skip


@dataclass
class Source:
    """One file, opened.

    Attributes:
        count: frames, or pages.
        timing: what a viewer does with them: milliseconds of each frame and the loop count; () for others.
        turns: EXIF orientation of each, 1 to 8.
        pixels: of one frame; 0 where only decoding tells.
    """

    path: Path
    container: str
    count: int = 1
    timing: tuple[object, ...] = ()
    turns: list[int] = field(default_factory=lambda: [1])
    pixels: int = 0

    @property
    def sample(self) -> list[int]:
        """The numbers of the frames to look at; of pages, all."""
        if self.container == "tiff" or self.count <= _SAMPLED:
            return list(range(self.count))
        return sorted({round(step * (self.count - 1) / (_SAMPLED - 1)) for step in range(_SAMPLED)})

    def blue_first(self, frame: Frame) -> bool:
        """OpenCV's order of colours."""
        return self.container == "jpeg" or (frame.dtype == np.uint16 and self.container in {"png", "tiff"})

    def frames(self) -> Iterator[Frame]:
        """The frames of `sample`, one at a time.

        Raises:
            UNREADABLE.
        """
        if self.container == "jpeg":
            yield _opencv(self.path)
        elif self.container == "heic":
            yield _heic(self.path)
        else:
            yield from self._pillow()

    def _pillow(self) -> Iterator[Frame]:
        with _quiet(), _image(self.path, self.container) as image:
            for number in self.sample:
                if self.count > 1:
                    image.seek(number)
                deep = self.sixteen(image)
                if deep and self.container == "tiff":
                    yield _page(self.path, number)
                    continue
                if deep:
                    yield _opencv(self.path)
                    return
                image.load()
                yield _array(image, composed=self.count > 1 or self.container == "gif")

    def sixteen(self, image: Image.Image) -> bool:
        """More than 8 bits per colour, which Pillow would narrow."""
        if self.container == "tiff":
            bits = image.tag_v2.get(258, (1,))  # type: ignore[attr-defined]
            return len(bits) > 1 and max(bits) > 8
        if self.container != "png":
            return False
        with self.path.open("rb") as file:
            head = file.read(26)
        return head[24] == 16 and head[25] != 0


def opened(path: Path, container: str) -> Source:
    """The file's frames, timing and rotation, nothing decoded yet.

    Raises:
        UNREADABLE.
    """
    source = Source(path, container)
    if container == "heic":
        return source
    with _quiet(), _image(path, container) as image:
        source.pixels = image.width * image.height
        source.count = 1 if container == "jpeg" else getattr(image, "n_frames", 1)  # an MPO's other pictures go
        if container == "tiff":
            source.turns = []
            for number in range(source.count):
                image.seek(number)
                # Pillow turns pages upright itself, OpenCV does not
                turn = image.tag_v2.get(274, 1) if source.sixteen(image) else 1  # type: ignore[attr-defined]
                source.turns.append(int(turn))
            return source
        exif = Image.Exif()
        exif.load(image.info.get("exif") or b"")
        source.turns = [int(exif.get(ExifTags.Base.Orientation, 1))] * source.count
        if source.count > 1:
            times: list[object] = [image.info.get("loop")]
            for number in range(source.count):
                image.seek(number)
                if container == "webp":
                    image.load()
                times.append(image.info.get("duration"))
            source.timing = tuple(times)
    return source


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the probe settled size and oddities before any of this
        yield


def _image(path: Path, container: str) -> Image.Image:
    """Pillow's view of it; of an animated WebP with transparency, which its header may keep quiet about."""
    if container != "webp":
        return Image.open(path, formats=[_FORMATS[container]])
    data = bytearray(path.read_bytes())
    if data[12:16] == b"VP8X" and data[20] & 2:
        data[20] |= 16
    return Image.open(io.BytesIO(bytes(data)), formats=["WEBP"])


def _opencv(path: Path) -> Frame:
    """A JPEG, or a 16-bit PNG, as OpenCV decodes it: grey, BGR or BGRA."""
    raw = np.fromfile(path, dtype=np.uint8)
    deep = raw[0] == 0x89
    found = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED if deep else cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if found is None:
        raise ValueError("not decoded")
    return found if found.ndim == 3 else found[:, :, np.newaxis]


def _page(path: Path, number: int) -> Frame:
    done, pages = cv2.imreadmulti(str(path), start=number, count=1, flags=cv2.IMREAD_UNCHANGED)
    if not done or len(pages) != 1:
        raise ValueError("not decoded")
    page: Frame = pages[0]
    return page if page.ndim == 3 else page[:, :, np.newaxis]


def _heic(path: Path) -> Frame:
    import pillow_heif

    found = np.asarray(pillow_heif.open_heif(io.BytesIO(path.read_bytes()), convert_hdr_to_8bit=False)[0])
    return found if found.ndim == 3 else found[:, :, np.newaxis]


def _array(image: Image.Image, *, composed: bool) -> Frame:
    """A Pillow picture with its colours unpacked; what is fully transparent in a composed one has no colour."""
    if image.mode in {"I;16", "I;16B", "L"} and not image.has_transparency_data:
        grey = np.asarray(image)
        return (grey if grey.dtype == np.uint8 else grey.astype(np.uint16))[:, :, np.newaxis]
    mode = "RGBA" if image.has_transparency_data else "RGB"
    found = np.empty((image.height, image.width, len(mode)), dtype=np.uint8)
    for top in range(0, image.height, _STRIP):  # never a second copy of the whole
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height)))
        found[top : top + _STRIP] = np.asarray(strip.convert(mode))
    if composed and len(mode) == 4:
        found[found[:, :, 3] == 0] = 0
    return found
