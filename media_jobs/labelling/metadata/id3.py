"""ID3v2.3 and 2.4 tags: frames read, kept byte for byte, and the label written as TXXX:AIGC (TC260-PG-202510A).

The IPTC source type goes into the XMP packet of a PRIV frame, where XMP part 3 puts XMP in MP3.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Found, Marks
from media_jobs.labelling.metadata import foreign, spans, xmp

HEAD = 10
PLACE = "id3.txxx"
_XMP_OWNER = b"XMP\0"
_PADDING = 1024
_MAX_FRAMES, _MAX_PACKED = 20_000, 200  # hardly any writer packs frames, and unpacking thousands takes its time
_SEARCHED, _INFLATED = (
    1024 * 1024,
    64 * 1024,
)  # bytes of a frame that are searched; the same of a packed one
_FRAME_ID = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
# Frames whose text may be a label that some program put in the wrong place; pictures are never searched.
_TEXTS = (b"TXXX", b"WXXX", b"COMM", b"USLT", b"PRIV", b"TIT3", b"TSSE", b"TENC")


@dataclass(frozen=True)
class Frame:
    """One frame: four-letter id, two flag bytes, body as stored."""

    id: bytes
    flags: bytes
    body: bytes


@dataclass(frozen=True)
class Tag:
    """One tag at the head of a file.

    Attributes:
        version: 3 or 4.
        unsynchronised: 2.4: all frames hide 0xFF, and keep doing so. A 2.3 tag is written without: readers differ about
            what its frame sizes mean then.
        frames: in order.
        length: bytes it took, with header, padding and footer.
        experimental: flag bits that are carried over.
    """

    version: int = 3
    unsynchronised: bool = False
    frames: tuple[Frame, ...] = field(default=())
    length: int = 0
    experimental: int = 0

    def encoded(self) -> bytes:
        """The tag in at least its former length, so that the sound stays where it was; grown by padding otherwise."""
        body = b"".join(frame.id + self._size(len(frame.body)) + frame.flags + frame.body for frame in self.frames)
        flags = self.experimental | (0x80 if self.unsynchronised else 0)
        room = self.length - HEAD if len(body) <= self.length - HEAD else len(body) + _PADDING
        if room > spans.MAX_METADATA:
            raise media_error("media.metadata_too_large")
        return b"ID3" + bytes((self.version, 0, flags)) + _syncsafe(room) + body.ljust(room, b"\0")

    def _size(self, length: int) -> bytes:
        return _syncsafe(length) if self.version == 4 else length.to_bytes(4, "big")


def length_at(head: bytes) -> int:
    """Bytes of the tag that begins with `head` (10 bytes), with its footer; 0 when none begins there."""
    if len(head) < HEAD or head[:3] != b"ID3" or head[3] == 0xFF or any(byte & 0x80 for byte in head[6:10]):
        return 0
    return HEAD + _number(head[6:10]) + (HEAD if head[3] == 4 and head[5] & 0x10 else 0)


def parse(data: bytes) -> Tag:
    """The tag in `data`, which holds it whole. An extended header (checksum, hints) is not carried on.

    Raises:
        MediaError: audio.id3_version, media.damaged.
    """
    version, flags = data[3], data[5]
    if version not in {3, 4}:
        raise media_error("audio.id3_version", version=f"2.{version}")
    body = data[HEAD : HEAD + _number(data[6:10])]
    hidden = bool(flags & 0x80)
    if hidden and version == 3:
        body = _shown(body)
    at = 0
    if flags & 0x40:
        at = _number(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")
        if at > len(body) or at < 4:
            raise media_error("media.damaged", what="ID3 extended header")
    frames = _frames(body, at, syncsafe=version == 4)
    if frames is None and version == 4:  # iTunes wrote plain sizes into 2.4 for years
        frames = _frames(body, at, syncsafe=False)
    if frames is None:
        frames = _frames(body, at, syncsafe=version == 4, strict=False)
    if frames is None or sum(bool(one.flags[1] & (0x08 if version == 4 else 0x80)) for one in frames) > _MAX_PACKED:
        raise media_error("media.damaged", what="ID3 frame")
    return Tag(version, hidden and version == 4, tuple(frames), len(data), flags & 0x20)


def _frames(body: bytes, at: int, *, syncsafe: bool, strict: bool = True) -> list[Frame] | None:
    """The frames up to the padding, which is all zeros if `strict`; None when they do not follow one another."""
    found: list[Frame] = []
    while at + HEAD <= len(body) and body[at]:
        identity = body[at : at + 4]
        raw = body[at + 4 : at + 8]
        if not _FRAME_ID.issuperset(identity) or (syncsafe and any(byte & 0x80 for byte in raw)):
            return None
        size = _number(raw) if syncsafe else int.from_bytes(raw, "big")
        end = at + HEAD + size
        if end > len(body) or len(found) >= _MAX_FRAMES:
            return None
        found.append(Frame(identity, body[at + 8 : at + 10], body[at + HEAD : end]))
        at = end
    return None if strict and body[at:].strip(b"\0") else found


def read_into(found: Found, tag: Tag, *, place: str = PLACE) -> None:
    """Add what the tag's frames say of the file's origin."""
    for frame in tag.frames:
        packet = xmp_of(frame, tag.version)
        if packet is not None:
            for text in xmp.labels(packet):
                foreign.claim(found, "id3.priv.xmp", text)
            found.source_types += xmp.source_types(packet)
            continue
        if frame.id == b"GEOB" and b"c2pa" in frame.body[:200]:
            found.c2pa = True
        for key, value in texts(frame, tag.version):
            if foreign.is_source_type(key):
                found.source_types.append(value)
            elif foreign.is_label(key, value):
                lawful = frame.id == b"TXXX" and foreign.LABEL_KEY in key.upper()
                foreign.claim(found, place if lawful else f"id3.{frame.id.decode('ascii').lower()}", value)


def texts(frame: Frame, version: int) -> Iterator[tuple[str, str]]:
    """(description, text) of a frame that holds text; what cannot be decoded is passed over."""
    if frame.id not in _TEXTS:
        return
    body = _plain(frame, version)[:_SEARCHED]
    if not body:
        return
    if frame.id == b"PRIV":
        owner, _, data = body.partition(b"\0")
        yield owner.decode("latin-1"), data.decode("utf-8", "replace")
        return
    encoding, rest = body[0], body[1:]
    if frame.id in {b"COMM", b"USLT"}:
        rest = rest[3:]
    if frame.id == b"WXXX":
        key, value = _split(rest, encoding)
        yield _decoded(key, encoding), value.decode("latin-1")
    elif frame.id in {b"TXXX", b"COMM", b"USLT"}:
        key, value = _split(rest, encoding)
        yield _decoded(key, encoding), _decoded(value, encoding)
    else:
        yield "", _decoded(rest, encoding)


def xmp_of(frame: Frame, version: int) -> bytes | None:
    """The XMP packet when the frame is the one for it."""
    if frame.id != b"PRIV":
        return None
    body = _plain(frame, version)
    return body[len(_XMP_OWNER) :][: spans.MAX_XMP] if body.startswith(_XMP_OWNER) else None


def _plain(frame: Frame, version: int) -> bytes:
    """The body without the wrappings its flags name; b"" for what is encrypted or does not unpack."""
    flags, body = frame.flags[1], frame.body
    grouped, packed, encrypted = (0x40, 0x08, 0x04) if version == 4 else (0x20, 0x80, 0x40)
    if encrypted & flags:
        return b""
    if version == 3 and packed & flags:
        body = body[4:]
    if grouped & flags:
        body = body[1:]
    if version == 4 and flags & 0x01:
        body = body[4:]
    if version == 4 and flags & 0x02:
        body = _shown(body)
    if packed & flags:
        try:
            body = zlib.decompressobj().decompress(body, _INFLATED)
        except zlib.error:
            return b""
    return body


def _split(rest: bytes, encoding: int) -> tuple[bytes, bytes]:
    """Description and text at the terminator, which is two aligned bytes in UTF-16."""
    if encoding not in {1, 2}:
        key, _, value = rest.partition(b"\0")
        return key, value
    for at in range(0, min(len(rest) - 1, 4096), 2):
        if rest[at : at + 2] == b"\0\0":
            return rest[:at], rest[at + 2 :]
    return rest, b""


def _decoded(text: bytes, encoding: int) -> str:
    name = _ENCODINGS.get(encoding, "latin-1")
    if name == "utf-16" and text[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        name = "utf-16-le"
    return text.decode(name, "replace").strip("\0\ufeff")


def unmarked(tag: Tag) -> Tag:
    """The tag without any label and source type outside XMP; all other frames byte for byte."""
    return replace(
        tag,
        frames=tuple(
            frame
            for frame in tag.frames
            if xmp_of(frame, tag.version) is not None
            or not any(
                foreign.is_label(key, value) or foreign.is_source_type(key) for key, value in texts(frame, tag.version)
            )
        ),
    )


def marked(tag: Tag, marks: Marks) -> Tag:
    """The tag with `marks` as its only label (TXXX, Latin-1, readable in 2.3 and 2.4) and source type (XMP)."""
    kept, packet = [], None
    for frame in unmarked(tag).frames:
        found = xmp_of(frame, tag.version)
        if found is None:
            kept.append(frame)
        else:
            packet = packet or found
    fresh = xmp.merged(packet, label_json=None, source_type=marks.source_type)
    label = Frame(b"TXXX", b"\0\0", b"\0AIGC\0" + marks.label.to_json().encode("ascii"))
    # with the tag's unsynchronisation flag set, a body without 0xFF is the same hidden and shown; "\ufeff" in the
    # packet's head is EF BB BF in UTF-8 and harmless
    return replace(tag, frames=(*kept, label, Frame(b"PRIV", b"\0\0", _XMP_OWNER + fresh)))


def without_marks_in_xmp(tag: Tag) -> Tag:
    """A further tag of the same file: neither label nor source type, not in XMP either."""
    frames = tuple(frame for frame in unmarked(tag).frames if not _marking(xmp_of(frame, tag.version)))
    return replace(tag, frames=frames)


def _marking(packet: bytes | None) -> bool:
    return packet is not None and bool(xmp.labels(packet) or xmp.source_types(packet))


def cleaned(tag: Tag) -> Tag:
    """The tag as a released file may carry it: no positions, owners, serial numbers, e-mail addresses, no private data
    of programs (PRIV, GEOB, UFID, OWNE hold buyers' and devices' numbers), no old C2PA manifest."""
    kept = []
    for frame in tag.frames:
        packet = xmp_of(frame, tag.version)
        if packet is not None:
            fresh = xmp.cleaned(packet)
            if fresh is not None:
                kept.append(Frame(b"PRIV", b"\0\0", _XMP_OWNER + fresh))
        elif frame.id not in {b"PRIV", b"GEOB", b"UFID", b"OWNE", b"TOWN", b"COMR", b"ENCR", b"GRID"} and not any(
            foreign.is_personal(key, value) for key, value in texts(frame, tag.version)
        ):
            kept.append(frame)
    return replace(tag, frames=tuple(kept))


def _number(raw: bytes) -> int:
    """A syncsafe number: seven bits a byte."""
    value = 0
    for byte in raw:
        value = value << 7 | (byte & 0x7F)
    return value


def _syncsafe(value: int) -> bytes:
    return bytes((value >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _shown(data: bytes) -> bytes:
    return data.replace(b"\xff\0", b"\xff")
