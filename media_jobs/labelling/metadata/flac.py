"""FLAC: the label in the VORBIS_COMMENT block, every other block and every frame byte for byte (RFC 9639)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import id3, mp3, spans, vorbis

STREAMINFO, PADDING, APPLICATION, SEEKTABLE, COMMENT, CUESHEET, PICTURE = range(7)
MAGIC = b"fLaC"
_MAX_BLOCK = 0xFFFFFF
_MAX_BLOCKS, _MAX_COMMENTS = 1000, 4
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
        several = block.kind == COMMENT and sum(one.kind == COMMENT for one in blocks) >= _MAX_COMMENTS
        if block.kind == 127 or len(blocks) == _MAX_BLOCKS or several:
            raise media_error("media.damaged", what="FLAC block")
        blocks.append(block)
    if blocks[0].kind != STREAMINFO or blocks[0].length != 34:
        raise media_error("media.damaged", what="FLAC STREAMINFO")
    end = size
    file.seek(max(at, size - _ID3V1))
    if size - _ID3V1 >= at and file.read(3) == b"TAG":
        end -= _ID3V1
    return Layout(tags, tuple(blocks), at, end)


def _comments(file: BinaryIO, here: Layout) -> Iterator[vorbis.Comments]:
    return (vorbis.parse(spans.take(file, one.start, one.length)) for one in here.blocks if one.kind == COMMENT)


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
            _write_blocks(out, file, _marked(file, here, marks))
            spans.copy(file, out, here.start, spans.size_of(file) - here.start)

    def content(self, path: Path) -> Content:
        """See Carrier.content: STREAMINFO and all frames."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            here = layout(file)
            spans.feed(file, digest, here.blocks[0].start, here.blocks[0].length)
            spans.feed(file, digest, here.start, here.end - here.start)
        return Content("flac-frames-v1", digest.hexdigest())


Part = Block | tuple[int, bytes]  # a block of the file, or a fresh one: its type and data


def _marked(file: BinaryIO, here: Layout, marks: Marks) -> list[Part]:
    """The blocks with the one label."""
    out: list[Part] = []
    done = False
    for one in here.blocks:
        if one.kind != COMMENT:
            out.append(one)
            continue
        comments = vorbis.parse(spans.take(file, one.start, one.length))
        comments = vorbis.unmarked(comments) if done else vorbis.marked(comments, marks)
        out.append((COMMENT, comments.encoded()))
        done = True
    if not done:
        out.insert(1, (COMMENT, vorbis.marked(vorbis.Comments(_VENDOR, ()), marks).encoded()))
    return out


def _write_blocks(out: BinaryIO, file: BinaryIO, parts: list[Part]) -> None:
    """The marker and all blocks; those of `file` are copied."""
    out.write(MAGIC)
    for index, part in enumerate(parts):
        kind, length = (part.kind, part.length) if isinstance(part, Block) else (part[0], len(part[1]))
        if length > _MAX_BLOCK:
            raise media_error("media.metadata_too_large")
        out.write(bytes((kind | (0x80 if index == len(parts) - 1 else 0),)) + length.to_bytes(3, "big"))
        if isinstance(part, Block):
            spans.copy(file, out, part.start, part.length)
        else:
            out.write(part[1])


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
        blocks: list[Part] = [(STREAMINFO, spans.take(new, now.blocks[0].start, now.blocks[0].length))]
        for one in was.blocks[1:]:
            if one.kind == CUESHEET and before:
                notes.append("cuesheet_dropped")
            elif one.kind == COMMENT:
                comments = vorbis.parse(spans.take(old, one.start, one.length))
                blocks.append((COMMENT, vorbis.cleaned(vorbis.unmarked(comments)).encoded()))
            elif one.kind in {PADDING, CUESHEET, PICTURE}:
                blocks.append(one)
        _write_blocks(out, old, blocks)
        spans.copy(new, out, now.start, now.end - now.start)
    return notes


CARRIERS: dict[str, Carrier] = {"flac": FlacCarrier()}
