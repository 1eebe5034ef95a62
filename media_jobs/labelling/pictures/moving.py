"""Animated PNG and WebP: every frame as a viewer composes it, labelled, with its own time; loop counts stay."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageChops

from media_jobs.labelling.metadata import exif, png, webp
from media_jobs.labelling.metadata.exif import Exif
from media_jobs.labelling.pictures import decode, described, encode, marking
from media_jobs.labelling.pictures.turning import Box
from media_jobs.labelling.wish import Wish

_QUALITY = 95


def put(data: bytes, target: Path, name: str, wish: Wish, notes: list[str]) -> dict[str, Any]:
    """See label.put, for "png" and "webp" of more than one frame.

    Raises:
        MediaError: see decode.decode; label.*.
    """
    packet = described.packet(data, name, {}, notes)
    block = decode.exif_of(data, name, {})
    orientation = 1 if block is None else Exif(block).orientation
    block = b"" if block is None else exif.cleaned(block)
    with decode.named(), Image.open(io.BytesIO(data), formats=[name.upper()]) as image:
        first = _mode(image, notes)
        mark = marking.planned(image.size, orientation, wish, lambda: _some(image, first))
        image.seek(0)
        label = marking.solid(mark, image.convert("RGBA").crop(mark.box))
        frames = labelled(image, first, label)
        with target.open("wb") as file:
            if name == "png":
                _apng(file, data, image, frames, packet, block)
            else:
                _webp(file, data, image, frames, packet, block)
        size = image.size
    return {**marking.told(mark, label.scheme, label.contrast, wish, size), "mode": first}


def _mode(image: Image.Image, notes: list[str]) -> str:
    """In which mode all frames can be drawn on without loss."""
    if image.mode == "P":
        notes.append("palette_to_rgb")
    if image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in {"L", "1"} else "RGB"


def _some(image: Image.Image, mode: str) -> Iterator[Image.Image]:
    """The first and the middle frame, for looking for faces."""
    for number in sorted({0, getattr(image, "n_frames", 1) // 2}):
        image.seek(number)
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


def _apng(
    file: IO[bytes],
    data: bytes,
    image: Image.Image,
    frames: Iterable[tuple[Image.Image, Box]],
    packet: bytes | None,
    block: bytes,
) -> None:
    """Write an APNG: frames replace what they cover, and stay; a default image outside the animation is kept so."""
    controls = [chunk.data for chunk in png.chunks(data, image_data=False) if chunk.type == b"fcTL"]
    animation = next(c.data for c in png.chunks(data, image_data=False) if c.type == b"acTL")
    extra = bool(getattr(image, "default_image", False))
    sequence, started = 0, False
    for number, (frame, box) in enumerate(frames):
        box = (0, 0, *frame.size) if number == int(extra) else box
        bare = list(png.chunks(encode.png_bytes(frame.crop(box))))
        if not started:
            head = [bare[0], *encode.png_kept(data, block)]
            if packet is not None:
                head.append(png.Chunk(b"iTXt", png.XMP_KEYWORD + b"\0\0\0\0\0" + packet))
            file.write(png.assemble([*head, png.Chunk(b"acTL", len(controls).to_bytes(4, "big") + animation[4:8])]))
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


def _webp(
    file: IO[bytes],
    data: bytes,
    image: Image.Image,
    frames: Iterable[tuple[Image.Image, Box]],
    packet: bytes | None,
    block: bytes,
) -> None:
    """Write an animated WebP: frames replace what they cover, and stay; lossless ones stay lossless."""
    spans = list(webp.spans(data))
    sources = [data[span.start : span.end] for span in spans if span.type == b"ANMF"]
    animation = next((data[s.start : s.end] for s in spans if s.type == b"ANIM"), b"\0" * 6)
    profile = next((data[s.start : s.end] for s in spans if s.type == b"ICCP"), b"")
    width, height = image.size
    file.write(b"RIFF\0\0\0\0WEBP")
    flags = 0x02 | (0x20 if profile else 0) | (0x08 if block else 0) | (0x04 if packet else 0)
    alpha = image.has_transparency_data
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    file.write(webp.Chunk(b"VP8X", bytes([flags | (0x10 if alpha else 0), 0, 0, 0]) + size).encoded())
    if profile:
        file.write(webp.Chunk(b"ICCP", profile).encoded())
    file.write(webp.Chunk(b"ANIM", animation).encoded())
    for source, (frame, found) in zip(sources, frames, strict=True):
        box = (found[0] & ~1, found[1] & ~1, found[2], found[3])
        lossless = b"VP8L" in source[16:40]
        buffer = io.BytesIO()
        frame.crop(box).save(
            buffer, "WEBP", lossless=lossless, exact=True, quality=50 if lossless else _QUALITY, method=2
        )
        bare = buffer.getvalue()
        coded = [c.encoded() for c in webp.chunks(bare) if c.type in {b"ALPH", b"VP8 ", b"VP8L"}]
        place = b"".join(
            value.to_bytes(3, "little")
            for value in (box[0] // 2, box[1] // 2, box[2] - box[0] - 1, box[3] - box[1] - 1)
        )
        # blending 1 (replace), disposal 0 (leave): the frame is composed already
        file.write(webp.Chunk(b"ANMF", place + source[12:15] + b"\x02" + b"".join(coded)).encoded())
    if block:
        file.write(webp.Chunk(b"EXIF", block).encoded())
    if packet:
        file.write(webp.Chunk(b"XMP ", packet).encoded())
    length = file.tell()
    file.seek(4)
    file.write((length - 8).to_bytes(4, "little"))
