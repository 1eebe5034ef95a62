"""GIF: walk the blocks, read and replace the XMP packet in its Application Extension (XMP part 3, GIF89a)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import buffer, xmp
from media_jobs.labelling.metadata.buffer import Buffer, Piece
from media_jobs.labelling.metadata.stills import claims_in

PLACE = "gif.xmp"
XMP_APPLICATION = b"XMP DataXMP"
C2PA_APPLICATION = b"C2PA_GIF"
# The packet stands bare; read as sub-blocks its last byte leads somewhere into this run, and that to the final 0.
_TRAILER = bytes([1, *range(255, -1, -1), 0])
_MAX_BLOCKS = 200_000
APPLICATION, COMMENT, CONTROL, PLAIN = 0xFF, 0xFE, 0xF9, 0x01


@dataclass(frozen=True)
class Block:
    """One block after the screen descriptor.

    Attributes:
        kind: "image", "trailer", or the label of an extension as a number (APPLICATION, COMMENT, CONTROL, PLAIN).
        start, end: first and last + 1 byte.
        application: the eleven bytes that name an application extension, else b"".
    """

    kind: int | str
    start: int
    end: int
    application: bytes = b""


def head_end(data: Buffer) -> int:
    """The first byte after header, screen descriptor and global colour table.

    Raises:
        MediaError: media.truncated.
    """
    if len(data) < 14:
        raise media_error("media.truncated")
    end = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    if end >= len(data):
        raise media_error("media.truncated")
    return end


def blocks(data: Buffer) -> Iterator[Block]:
    """Every block up to the trailer; what follows it is no part of the picture.

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    at = head_end(data)
    for _ in range(_MAX_BLOCKS):
        if at >= len(data):
            raise media_error("media.truncated")
        start, lead = at, data[at]
        if lead == 0x3B:
            yield Block("trailer", start, start + 1)
            return
        if lead == 0x2C:
            if start + 10 > len(data):
                raise media_error("media.truncated")
            flags = data[start + 9]
            at = _chain_end(data, start + 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0))
            yield Block("image", start, at)
        elif lead == 0x21 and start + 2 < len(data):
            label = data[start + 1]
            at = _chain_end(data, start + 2)
            named = data[start + 3 : start + 14] if label == APPLICATION and data[start + 2] == 11 else b""
            yield Block(label, start, at, named)
        else:
            raise media_error("media.damaged", what="GIF block")
    raise media_error("media.damaged", what="GIF blocks")


def _chain_end(data: Buffer, at: int) -> int:
    """The byte after a chain of sub-blocks."""
    length = len(data)
    while at < length:
        size = data[at]
        at += 1 + size
        if not size:
            return at
    raise media_error("media.truncated")


def sub_blocks(data: Buffer, at: int) -> bytes:
    """The content of a chain of sub-blocks, joined."""
    out = bytearray()
    while at < len(data) and data[at]:
        out += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return bytes(out)


def packet_of(data: Buffer, block: Block) -> bytes:
    """The XMP packet of its extension: bare before the trailer, or (by mistaken writers) in sub-blocks."""
    body = data[block.start + 14 : block.end]
    if body.endswith(_TRAILER):
        return bytes(body[: -len(_TRAILER)])
    return sub_blocks(data, block.start + 14)


def extension(packet: bytes) -> bytes:
    """The Application Extension that carries a packet."""
    return b"\x21\xff\x0b" + XMP_APPLICATION + packet + _TRAILER


def _is_label_comment(data: Buffer, block: Block) -> bool:
    return block.kind == COMMENT and b"ContentProducer" in sub_blocks(data, block.start + 2)


class GifCarrier:
    """See Carrier."""

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        data = buffer.mapped(path)
        found, packets = Found(), 0
        try:
            for block in blocks(data):
                if block.application == XMP_APPLICATION:
                    packets += 1
                    packet = packet_of(data, block)
                    place = PLACE if packets == 1 else f"{PLACE}.{packets}"
                    found.claims += [Claim(place, text) for text in claims_in(packet)]
                    found.source_types += xmp.source_types(packet)
                elif block.application.startswith(C2PA_APPLICATION):
                    found.c2pa = True
                elif _is_label_comment(data, block):
                    text = sub_blocks(data, block.start + 2).decode("utf-8", "replace")
                    found.claims.append(Claim("gif.comment", text, "comment"))
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write."""
        data = buffer.mapped(source)
        packet = next((packet_of(data, b) for b in blocks(data) if b.application == XMP_APPLICATION), None)
        fresh = xmp.merged(packet, label_json=marks.label.to_json(), source_type=marks.source_type)
        buffer.write(target, source, pieces(data, fresh))

    def content(self, path: Path) -> Content:
        """See Carrier.content: screen, palettes, and every image with its control block."""
        data = buffer.mapped(path)
        parts = [(b.start, b.end) for b in blocks(data) if b.kind in {"image", CONTROL, PLAIN}]
        return Content("gif-coded-v1", buffer.digest(path, [(6, head_end(data)), *parts]))


def pieces(data: Buffer, packet: bytes | None) -> list[Piece]:
    """What the same file with `packet` as its only XMP and label consists of; None: without any.

    The packet stands after the application extensions at the head (decoders want the loop count first there).

    Raises:
        MediaError: media.truncated, media.damaged.
    """
    start = head_end(data)
    out: list[Piece] = [b"GIF89a", (6, start)]
    placed = packet is None
    for block in blocks(data):
        if block.application == XMP_APPLICATION or _is_label_comment(data, block):
            continue
        if not placed and block.kind != APPLICATION and packet is not None:
            out.append(extension(packet))
            placed = True
        out.append((block.start, block.end))
    return out


CARRIERS: dict[str, Carrier] = {"gif": GifCarrier()}
