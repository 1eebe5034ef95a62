"""Animated PNG and WebP: every frame as a viewer composes it, labelled, with its own time; loop counts stay."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageChops

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import exif, png, webp
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.pictures import decode, described, encode, marking
from media_jobs.labelling.pictures.turning import Box
from media_jobs.labelling.wish import Wish

_QUALITY = 95
_ALPHA = 0x10  # flag of VP8X


def put(data: bytes, target: Path, name: str, wish: Wish, notes: list[str]) -> dict[str, Any]:
    """See label.put, for "png" and "webp" of more than one frame.

    Raises:
        MediaError: see decode.decode; label.*.
    """
    packet = described.packet(data, name, {}, notes)
    block = decode.exif_of(data, name, {})
    orientation = 1 if block is None else Exif(block).orientation
    block = b"" if block is None else exif.cleaned(block)
    with decode.named():
        first, size = _mode(data, name, notes)
        mark = marking.planned(size, orientation, wish, lambda: _some(data, name, first))
        with _opened(data, name) as image:
            label = marking.solid(mark, image.convert("RGBA").crop(mark.box))
        with _opened(data, name) as image, target.open("wb") as file:
            frames = labelled(image, first, label)
            write = _apng if name == "png" else _webp
            write(file, _Source(data, image, packet, block), frames)
    return {**marking.told(mark, label.scheme, label.contrast, wish, size), "mode": first}


def _opened(data: bytes, name: str) -> Image.Image:
    """A fresh decoder: Pillow does not find back to the first frame of every APNG.

    A WebP canvas is see-through where no frame covers it, whatever its header says of transparency: the decoder is
    told so, or it would paint those places black.
    """
    if name == "webp" and data[12:16] == b"VP8X":
        data = data[:20] + bytes([data[20] | _ALPHA]) + data[21:]
    return Image.open(io.BytesIO(data), formats=[name.upper()])


def _mode(data: bytes, name: str, notes: list[str]) -> tuple[str, tuple[int, int]]:
    """In which mode all frames can be drawn on without loss, and the size of the canvas."""
    with _opened(data, name) as image:
        if image.mode == "P":
            notes.append("palette_to_rgb")
        if image.has_transparency_data or name == "webp":
            return "RGBA", image.size
        return ("L" if image.mode in {"L", "1"} else "RGB"), image.size


def _some(data: bytes, name: str, mode: str) -> Iterator[Image.Image]:
    """The first and the middle frame, for looking for faces."""
    with _opened(data, name) as image:
        yield image.convert(mode)
        middle = getattr(image, "n_frames", 1) // 2
        if middle:
            image.seek(middle)
            yield image.convert(mode)


def labelled(image: Image.Image, mode: str, label: marking.Solid) -> Iterator[tuple[Image.Image, Box]]:
    """Every frame with the label, and the box outside of which it equals the one before.

    Args:
        image: an opened animation.
        mode: "L", "RGB" or "RGBA".
        label: the same for all.
    """
    before: Image.Image | None = None
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frame = image.convert(mode)
        label.onto(frame)
        box: Box | None = (0, 0, *frame.size)
        if before is not None:
            box = ImageChops.difference(frame, before).getbbox(alpha_only=False)
        before = frame
        yield frame, box or (0, 0, 1, 1)


@dataclass(frozen=True)
class _Source:
    """What was there: the file, an opened decoder, and its XMP and EXIF as they may be released."""

    data: bytes
    image: Image.Image
    packet: bytes | None
    block: bytes


def _apng(file: IO[bytes], source: _Source, frames: Iterable[tuple[Image.Image, Box]]) -> None:
    """Write an APNG: frames replace what they cover, and stay; a default image outside the animation is kept so."""
    data, image = source.data, source.image
    controls = [chunk.data for chunk in png.chunks(data, image_data=False) if chunk.type == b"fcTL"]
    if not image.has_transparency_data:
        _check_clearing(controls, image.size)
    animation = next(c.data for c in png.chunks(data, image_data=False) if c.type == b"acTL")
    extra = bool(getattr(image, "default_image", False))
    sequence, started = 0, False
    for number, (frame, found) in enumerate(frames):
        box = (0, 0, *frame.size) if number == int(extra) else found
        bare = list(png.chunks(encode.png_bytes(frame.crop(box))))
        if not started:
            count = png.Chunk(b"acTL", len(controls).to_bytes(4, "big") + animation[4:8])
            head = [bare[0], count, *encode.png_kept(data, source.block)]
            file.write(png.assemble(head if source.packet is None else [*head, png.xmp_chunk(source.packet)]))
        if not (extra and number == 0):
            control = controls[number - int(extra)]
            place = b"".join(v.to_bytes(4, "big") for v in (box[2] - box[0], box[3] - box[1], box[0], box[1]))
            # dispose 0 (leave), blend 0 (replace): the frame is composed already
            file.write(png.Chunk(b"fcTL", sequence.to_bytes(4, "big") + place + control[20:24] + b"\0\0").encoded())
            sequence += 1
        for part in bare:
            if part.type == b"IDAT" and number == 0:
                file.write(part.encoded())
            elif part.type == b"IDAT":
                file.write(png.Chunk(b"fdAT", sequence.to_bytes(4, "big") + part.data).encoded())
                sequence += 1
        started = True
    file.write(png.Chunk(b"IEND", b"").encoded())


def _webp(file: IO[bytes], source: _Source, frames: Iterable[tuple[Image.Image, Box]]) -> None:
    """Write an animated WebP: frames replace what they cover, and stay; lossless ones stay lossless."""
    data, packet, block = source.data, source.packet, source.block
    spans = list(webp.spans(data))
    sources = [data[span.start : span.end] for span in spans if span.type == b"ANMF"]
    animation = next((data[s.start : s.end] for s in spans if s.type == b"ANIM"), b"\0" * 6)
    profile = next((data[s.start : s.end] for s in spans if s.type == b"ICCP"), b"")
    width, height = source.image.size
    file.write(b"RIFF\0\0\0\0WEBP")
    flags = 0x02 | (0x20 if profile else 0) | (0x08 if block else 0) | (0x04 if packet else 0)
    alpha = False
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    file.write(webp.Chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size).encoded())
    if profile:
        file.write(webp.Chunk(b"ICCP", profile).encoded())
    file.write(webp.Chunk(b"ANIM", animation).encoded())
    for coded, (frame, found) in zip(sources, frames, strict=True):
        box = (found[0] & ~1, found[1] & ~1, found[2], found[3])
        lossless = b"VP8L" in coded[16:40]
        alpha = alpha or int(frame.getchannel("A").getextrema()[0]) < 255  # type: ignore[arg-type]
        buffer = io.BytesIO()
        frame.crop(box).save(
            buffer, "WEBP", lossless=lossless, exact=True, quality=50 if lossless else _QUALITY, method=2
        )
        bare = buffer.getvalue()
        parts = [c.encoded() for c in webp.chunks(bare) if c.type in {b"ALPH", b"VP8 ", b"VP8L"}]
        place = b"".join(
            value.to_bytes(3, "little")
            for value in (box[0] // 2, box[1] // 2, box[2] - box[0] - 1, box[3] - box[1] - 1)
        )
        # blending 1 (replace), disposal 0 (leave): the frame is composed already
        file.write(webp.Chunk(b"ANMF", place + coded[12:15] + b"\x02" + b"".join(parts)).encoded())
    if block:
        file.write(webp.Chunk(b"EXIF", block).encoded())
    if packet:
        file.write(webp.Chunk(b"XMP ", packet).encoded())
    length = file.tell()
    file.seek(4)
    file.write((length - 8).to_bytes(4, "little"))
    file.seek(20)
    file.write(bytes([flags | (_ALPHA if alpha else 0)]))


def _check_clearing(controls: list[bytes], size: tuple[int, int]) -> None:
    """A picture without transparency whose canvas is cleared between frames would need some.

    Raises:
        MediaError: media.disposal.
    """
    whole = b"".join(value.to_bytes(4, "big") for value in (*size, 0, 0))
    for one, after in zip(controls, [*controls[1:], controls[0]], strict=True):
        if len(one) < 26 or (one[24] == 1 and after[4:20] != whole):
            raise media_error("media.disposal")
