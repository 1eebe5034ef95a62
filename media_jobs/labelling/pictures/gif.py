"""GIF: the label pressed into palette and pixels of the frames that would show it, all others kept byte for byte.

A GIF shows frames over each other. The label is painted once, and afterwards no frame may paint over it: where one
would, its pixels there become transparent; where one is cleared away and takes the label along, the next paints it
anew. So colours, timing, loop count and disposal stay what they are, and nothing is quantised again.
"""

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import buffer, gif
from media_jobs.labelling.metadata.buffer import Piece
from media_jobs.labelling.metadata.gif import Block
from media_jobs.labelling.pictures import decode, described, headers, marking, palette
from media_jobs.labelling.pictures.palette import Colours, Indices, Patch
from media_jobs.labelling.pictures.turning import Box
from media_jobs.labelling.wish import Wish

_CLEAR, _RESTORE = 2, 3  # disposals (GIF89a 23)
_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


@dataclass(frozen=True)
class Frame:
    """One image and what its control block says.

    Attributes:
        block: the image.
        box: (left, top, right, bottom) on the canvas.
        disposal: 0 to 3.
        transparent: place of the palette, or None.
        delay: hundredths of a second.
    """

    block: Block
    box: Box
    disposal: int
    transparent: int | None
    delay: int


def put(source: Path, data: bytes, target: Path, wish: Wish, notes: list[str]) -> dict[str, Any]:
    """See label.put.

    Raises:
        MediaError: media.truncated, media.damaged, media.disposal, label.*.
    """
    size = (int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    with decode.named(), Image.open(io.BytesIO(data), formats=["GIF"]) as image:
        shown = [image.convert("RGBA")]
        middle = getattr(image, "n_frames", 1) // 2
        if middle:
            image.seek(middle)
            shown.append(image.convert("RGBA"))
    mark = marking.planned(size, 1, wish, lambda: shown)
    label = marking.solid(mark, shown[0].crop(mark.box))
    buffer.write(target, source, _pieces(data, size, Patch(label), notes))
    return {**marking.told(mark, label.scheme, label.contrast, wish, size), "mode": "P"}


def _pieces(data: bytes, size: tuple[int, int], label: Patch, notes: list[str]) -> list[Piece]:
    """What the labelled file consists of."""
    out: list[Piece] = [b"GIF89a", (6, gif.head_end(data))]
    state = _State(size, label)
    control: Block | None = None
    for block in gif.blocks(data):
        if block.kind == gif.CONTROL:
            control = block
        elif block.kind == "image":
            out += state.next(data, _frame(data, control, block, size), notes)
            control = None
        elif block.application == gif.XMP_APPLICATION:
            packet = described.released(gif.packet_of(data, block), notes)
            out.append(b"" if packet is None else gif.extension(packet))
        elif _stays(data, block):
            out.append((block.start, block.end))
    return out


def _stays(data: bytes, block: Block) -> bool:
    """Comments and what players need; not plain text, which no viewer draws, but which would hide the label."""
    if block.kind == gif.APPLICATION:
        return block.application in _KEPT_APPLICATIONS
    if block.kind == gif.COMMENT:
        return b"ContentProducer" not in gif.sub_blocks(data, block.start + 2)
    return block.kind == "trailer"


def _frame(data: bytes, control: Block | None, block: Block, size: tuple[int, int]) -> Frame:
    left, top, width, height = (
        int.from_bytes(data[block.start + at : block.start + at + 2], "little") for at in (1, 3, 5, 7)
    )
    if not width or not height or left + width > size[0] or top + height > size[1]:
        raise media_error("media.damaged", what="GIF frame")
    disposal, transparent, delay = 0, None, 0
    if control is not None and control.end - control.start >= 8:
        flags = data[control.start + 3]
        disposal = (flags >> 2) & 7
        delay = int.from_bytes(data[control.start + 4 : control.start + 6], "little")
        transparent = data[control.start + 6] if flags & 1 else None
    return Frame(block, (left, top, left + width, top + height), disposal, transparent, delay)


class _State:
    """What the canvas shows of the label while frames go by.

    Args:
        size: of the canvas.
        label: where it has to be seen.
    """

    def __init__(self, size: tuple[int, int], label: Patch) -> None:
        self._size = size
        self._label = label
        self._shown = False  # the canvas shows the whole label before the next frame
        self._empty = True  # the canvas outside the next frame is clear

    def next(self, data: bytes, frame: Frame, notes: list[str]) -> list[Piece]:
        """The frame, its control block in front, so that the canvas shows the label while it lasts.

        Raises:
            MediaError: media.disposal (it would have to clear more than it may), media.damaged.
        """
        shown_before = self._shown
        if self._shown and not _meets(frame.box, self._label.box):
            pieces: list[Piece] = [_control(frame), (frame.block.start, frame.block.end)]
        else:
            pieces, frame = self._changed(data, frame, notes)
            self._shown = True
        if frame.disposal == _CLEAR and _meets(frame.box, self._label.box):
            self._shown = False
        elif frame.disposal == _RESTORE:
            self._shown = shown_before
        self._empty = self._empty and frame.disposal in {_CLEAR, _RESTORE}
        return pieces

    def _changed(self, data: bytes, frame: Frame, notes: list[str]) -> tuple[list[Piece], Frame]:
        indices, colours = _decoded(data, frame)
        wider = frame
        if not self._shown:
            wider = replace(frame, box=_around(frame.box, self._label.box))
            if frame.disposal == _CLEAR and wider.box != frame.box and not self._empty:
                raise media_error("media.disposal")
        kept = set[int]() if frame.transparent is None else {frame.transparent}
        if frame.transparent is None and (self._shown or wider.box != frame.box):
            free, merged = palette.free_places(indices, colours, wanted=1, kept=set())
            wider, kept = replace(wider, transparent=free[0]), {free[0]}
            _note(merged, notes)
        if wider.box != frame.box:
            indices = _widened(indices, frame.box, wider.box, wider.transparent or 0)
        if self._shown:
            _punch(indices, self._label, wider)
        else:
            _note(palette.press(indices, colours, self._label, kept=kept, at=wider.box[:2]), notes)
        return [_control(wider), _image(indices, colours, wider.box)], wider


def _note(merged: bool, notes: list[str]) -> None:  # noqa: FBT001 - what the palette answered
    if merged and "palette_merged" not in notes:
        notes.append("palette_merged")


def _meets(one: Box, other: Box) -> bool:
    return max(one[0], other[0]) < min(one[2], other[2]) and max(one[1], other[1]) < min(one[3], other[3])


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _widened(indices: Indices, box: Box, wider: Box, transparent: int) -> Indices:
    """The frame in a larger box, see-through where it was not before."""
    out = np.full((wider[3] - wider[1], wider[2] - wider[0]), transparent, dtype=np.uint8)
    top, left = box[1] - wider[1], box[0] - wider[0]
    out[top : top + indices.shape[0], left : left + indices.shape[1]] = indices
    return out


def _punch(indices: Indices, label: Patch, frame: Frame) -> None:
    """Make the frame see-through where the label shows."""
    box, on = frame.box, label.box
    left, top, right, bottom = max(box[0], on[0]), max(box[1], on[1]), min(box[2], on[2]), min(box[3], on[3])
    inside = label.inside[top - on[1] : bottom - on[1], left - on[0] : right - on[0]]
    indices[top - box[1] : bottom - box[1], left - box[0] : right - box[0]][inside] = frame.transparent or 0


def _palette(data: bytes, block: Block) -> tuple[bytes, int]:
    """The colour table that an image uses, and where its coded data begin."""
    flags, at = data[block.start + 9], block.start + 10
    if flags & 0x80:
        length = 3 << ((flags & 7) + 1)
        return data[at : at + length], at + length
    if data[10] & 0x80:
        return data[13 : gif.head_end(data)], at
    return bytes(value for level in range(256) for value in (level, level, level)), at


def _decoded(data: bytes, frame: Frame) -> tuple[Indices, Colours]:
    """Pixels (height, width) and palette (256, 3) of one image, by itself.

    Raises:
        MediaError: media.damaged, media.truncated.
    """
    table, start = _palette(data, frame.block)
    width, height = frame.box[2] - frame.box[0], frame.box[3] - frame.box[1]
    if width * height > headers.MAX_PIXELS:
        raise media_error("media.damaged", what="size")
    sides = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    interlaced = data[frame.block.start + 9] & 0x40
    # a palette of 256 different colours, so that pixels come back as the numbers they are stored as
    numbered = bytes(value for place in range(256) for value in (place, 255 - place, 0))
    alone = b"GIF89a" + sides + b"\xf7\0\0" + numbered
    alone += b"\x2c\0\0\0\0" + sides + bytes([interlaced]) + data[start : frame.block.end] + b"\x3b"
    with decode.named(), Image.open(io.BytesIO(alone), formats=["GIF"]) as image:
        image.load()
        if image.mode != "P" or image.size != (width, height):
            raise media_error("media.damaged", what="image data")
        indices = np.asarray(image).copy()
    colours = np.zeros((256, 3), dtype=np.uint8)
    found = np.frombuffer(table, dtype=np.uint8).reshape(-1, 3)
    colours[: len(found)] = found
    return indices, colours


def _control(frame: Frame) -> bytes:
    flags = (frame.disposal << 2) | (0 if frame.transparent is None else 1)
    return b"\x21\xf9\x04" + bytes([flags]) + frame.delay.to_bytes(2, "little") + bytes([frame.transparent or 0, 0])


def _image(indices: Indices, colours: Colours, box: Box) -> bytes:
    """An image block with its own palette of 256; Pillow does the LZW."""
    out = io.BytesIO()
    Image.fromarray(indices).save(out, "GIF", optimize=False, interlace=0)
    coded = out.getvalue()
    block = next(block for block in gif.blocks(coded) if block.kind == "image")
    _, start = _palette(coded, block)
    place = b"".join(v.to_bytes(2, "little") for v in (box[0], box[1], box[2] - box[0], box[3] - box[1]))
    return b"\x2c" + place + b"\x87" + colours.tobytes() + coded[start : block.end]
