"""FLAC: the label in the VORBIS_COMMENT block, every other block and every frame byte for byte (RFC 9639)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import id3, mp3, spans, vorbis

STREAMINFO, PADDING, APPLICATION, SEEKTABLE, COMMENT, CUESHEET, PICTURE = range(7)
MAGIC = b"fLaC"
_MAX_BLOCK = 0xFFFFFF
_MAX_BLOCKS = 1000
_ID3V1 = 128
_VENDOR = b"hallmark"


@dataclass(frozen=True)
class Block:
    """One metadata block: its type, and where its data lie."""

    kind: int
    start: int
    length: int


@dataclass(frozen=True)
class Layout:
    """ID3v2 tags that somebody put in front, the blocks, the frames."""

    tags: tuple[tuple[int, int], ...]
    blocks: tuple[Block, ...]
    start: int
    end: int


def layout(file: BinaryIO) -> Layout:
    """Walk the blocks.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    tags = mp3.id3_tags(file)
    at = sum(tags[-1]) if tags else 0
    if spans.take(file, at, 4) != MAGIC:
        raise media_error("media.damaged", what="FLAC marker")
    blocks: list[Block] = []
    at, last, size = at + 4, False, spans.size_of(file)
    while not last:
        head = spans.take(file, at, 4)
        last = bool(head[0] & 0x80)
        block = Block(head[0] & 0x7F, at + 4, int.from_bytes(head[1:], "big"))
        at = block.start + block.length
        if at > size:
            raise media_error("media.truncated")
        if block.kind == 127 or len(blocks) == _MAX_BLOCKS:
            raise media_error("media.damaged", what="FLAC block")
        blocks.append(block)
    if blocks[0].kind != STREAMINFO or blocks[0].length != 34:
        raise media_error("media.damaged", what="FLAC STREAMINFO")
    end = size
    file.seek(max(at, size - _ID3V1))
    if size - _ID3V1 >= at and file.read(3) == b"TAG":
        end -= _ID3V1
    return Layout(tags, tuple(blocks), at, end)


def _comments(file: BinaryIO, here: Layout) -> list[vorbis.Comments]:
    return [vorbis.parse(spans.take(file, one.start, one.length)) for one in here.blocks if one.kind == COMMENT]


def _block(out: BinaryIO, kind: int, data: bytes, *, last: bool) -> None:
    if len(data) > _MAX_BLOCK:
        raise media_error("media.metadata_too_large")
    out.write(bytes((kind | (0x80 if last else 0),)) + len(data).to_bytes(3, "big") + data)


class FlacCarrier:
    """The Carrier of FLAC."""

    def read(self, path: Path) -> Found:
        """See Carrier.read: the comments, and an ID3 tag in front."""
        found = Found()
        try:
            with path.open("rb") as file:
                here = layout(file)
                for comments in _comments(file, here):
                    vorbis.read_into(found, comments)
                for start, length in here.tags:
                    id3.read_into(found, id3.parse(spans.take(file, start, length)))
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write: ours goes into the first VORBIS_COMMENT, or into a new one after STREAMINFO."""
        with source.open("rb") as file, target.open("wb") as out:
            here = layout(file)
            for start, length in here.tags:
                out.write(id3.without_marks_in_xmp(id3.parse(spans.take(file, start, length))).encoded())
            blocks = [(one.kind, spans.take(file, one.start, one.length)) for one in here.blocks]
            _write_blocks(out, _marked(blocks, marks))
            spans.copy(file, out, here.start, spans.size_of(file) - here.start)

    def content(self, path: Path) -> Content:
        """See Carrier.content: STREAMINFO and all frames."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            here = layout(file)
            spans.feed(file, digest, here.blocks[0].start, here.blocks[0].length)
            spans.feed(file, digest, here.start, here.end - here.start)
        return Content("flac-frames-v1", digest.hexdigest())


def _marked(blocks: list[tuple[int, bytes]], marks: Marks) -> list[tuple[int, bytes]]:
    """The blocks with the one label; total length of what is kept is bounded by the block format."""
    out, done = [], False
    for kind, data in blocks:
        if kind == COMMENT:
            comments = vorbis.parse(data)
            comments = vorbis.unmarked(comments) if done else vorbis.marked(comments, marks)
            out.append((kind, comments.encoded()))
            done = True
        else:
            out.append((kind, data))
    if not done:
        out.insert(1, (COMMENT, vorbis.marked(vorbis.Comments(_VENDOR, ()), marks).encoded()))
    return out


def _write_blocks(out: BinaryIO, blocks: list[tuple[int, bytes]]) -> None:
    out.write(MAGIC)
    for index, (kind, data) in enumerate(blocks):
        _block(out, kind, data, last=index == len(blocks) - 1)


def graft(tags_of: Path, frames_of: Path, target: Path, *, before: int) -> list[str]:
    """Write `target`: STREAMINFO and frames of one file, the descriptive blocks of another.

    Seek tables go (their offsets are no longer true), and so do a cue sheet that would be shifted and private blocks
    of programs; labels and personal data too.

    Args:
        before: samples that were put in front of the programme.

    Returns:
        notes: "cuesheet_dropped".
    """
    notes = []
    with tags_of.open("rb") as old, frames_of.open("rb") as new, target.open("wb") as out:
        was, now = layout(old), layout(new)
        blocks = [(STREAMINFO, spans.take(new, now.blocks[0].start, now.blocks[0].length))]
        for one in was.blocks[1:]:
            if one.kind == CUESHEET and before:
                notes.append("cuesheet_dropped")
            elif one.kind == COMMENT:
                comments = vorbis.parse(spans.take(old, one.start, one.length))
                blocks.append((COMMENT, vorbis.cleaned(vorbis.unmarked(comments)).encoded()))
            elif one.kind in {PADDING, CUESHEET, PICTURE}:
                blocks.append((one.kind, spans.take(old, one.start, one.length)))
        _write_blocks(out, blocks)
        spans.copy(new, out, now.start, now.end - now.start)
    return notes


CARRIERS: dict[str, Carrier] = {"flac": FlacCarrier()}
