"""What the walkers of the still containers hand over: places with bytes, not yet judged."""

from dataclasses import dataclass, field

from media_jobs.labelling.metadata import xmp_scan

MAX_TEXT = 8 * 1024 * 1024  # all texts of a file together, unpacked
MAX_PACKETS = 64


@dataclass
class Gathered:
    """Metadata blocks of one still, in the order of the file.

    Attributes:
        packets: (place, bytes, form) of XMP packets; form as Claim.form.
        texts: (place, text) of comments, text chunks, captions.
        exif: (place, TIFF block).
        extended: parts of extended XMP by GUID and offset, until they are put together.
        c2pa: a manifest store is there.
        end: offset of the byte after the container's end; -1 when it was not reached.
        room: bytes that texts and packets may still take.
    """

    packets: list[tuple[str, bytes, str]] = field(default_factory=list)
    texts: list[tuple[str, bytes]] = field(default_factory=list)
    exif: list[tuple[str, bytes]] = field(default_factory=list)
    extended: dict[bytes, dict[int, bytes]] = field(default_factory=dict)
    c2pa: bool = False
    end: int = -1
    room: int = xmp_scan.MAX_PACKET

    def packet(self, place: str, body: bytes, form: str = "") -> None:
        """Keep a packet while there is room."""
        if len(body) <= self.room and len(self.packets) < MAX_PACKETS:
            self.room -= len(body)
            self.packets.append((place, body, form))

    def text(self, place: str, body: bytes) -> None:
        """Keep a text that mentions a label, while there is room."""
        if b"ContentProducer" in body.replace(b"\0", b"") or b"AIGC" in place.encode():
            body = body[: 128 * 1024]
            if len(body) <= self.room and len(self.texts) < MAX_PACKETS:
                self.room -= len(body)
                self.texts.append((place, body))

    def block(self, place: str, body: bytes) -> None:
        """Keep an EXIF block while there is room."""
        if len(body) <= self.room and len(self.exif) < MAX_PACKETS:
            self.room -= len(body)
            self.exif.append((place, body))
