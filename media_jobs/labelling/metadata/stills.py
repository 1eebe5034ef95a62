"""JPEG, PNG and WebP: the label in the file's XMP packet; foreign ones also in EXIF comments and text chunks."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import buffer, jpeg, loose, png, stills_read, webp, xmp, xmp_scan
from media_jobs.labelling.metadata.buffer import Buffer

_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"}


class StillCarrier:
    """The Carrier of one of the three."""

    def __init__(self, name: str, module: ModuleType) -> None:
        self.name = name
        self._module = module

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        return stills_read.read(path, self.name)

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write."""
        data = buffer.mapped(source)
        packets = self._module.xmp(data)
        packet = xmp.merged(
            packets[0] if packets else None, label_json=marks.label.to_json(), source_type=marks.source_type
        )
        buffer.write(target, source, self._module.pieces(data, packet))

    def content(self, path: Path) -> Content:
        """See Carrier.content: the coded picture, without what describes it."""
        data = buffer.mapped(path)
        parts = {"jpeg": _jpeg_parts, "png": _png_parts, "webp": _webp_parts}[self.name](data)
        return Content(f"{self.name}-coded-v1", buffer.digest(path, parts))


def claims_in(packet: bytes) -> list[str]:
    """Labels of an XMP packet; a packet that is no XML is searched for anything that looks like one."""
    try:
        return [text for text, _ in xmp_scan.scan(packet).labels]
    except xmp_scan.NotXmpError:
        return loose.in_bytes(packet)


def _jpeg_parts(data: Buffer) -> list[tuple[int, int]]:
    """Every segment that is no application data or comment, and all scans."""
    parts, at = [], 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in {b"\xda", b"\xd9", b""}:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not (0xE0 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE):
            parts.append((at, end))
        at = end
    return [*parts, (at, len(data))]


def _png_parts(data: Buffer) -> Iterator[tuple[int, int]]:
    """Type and data of the chunks that make the picture; image data count as one run, however they are cut up."""
    before = b""
    for span in png.spans(data, image_data=False):
        if span.type not in _PIXELS:
            continue
        if span.type != before or span.type not in {b"IDAT", b"fdAT"}:
            yield span.start + 4, span.start + 8
        # the sequence numbers of an animation count chunks, not frames
        yield span.start + (12 if span.type in {b"fcTL", b"fdAT"} else 8), span.end - 4
        before = span.type


def _webp_parts(data: Buffer) -> Iterator[tuple[int, int]]:
    """Code and data of the chunks that make the picture."""
    for span in webp.spans(data):
        if span.type in {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}:
            yield span.start - 8, span.start - 4
            yield span.start, span.end


CARRIERS: dict[str, Carrier] = {
    "jpeg": StillCarrier("jpeg", jpeg),
    "png": StillCarrier("png", png),
    "webp": StillCarrier("webp", webp),
}
