"""JPEG, PNG and WebP: the label in the file's XMP packet; foreign ones also in EXIF comments and text chunks."""

import hashlib
from pathlib import Path
from types import ModuleType

from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import elsewhere, jpeg, loose, png, stills_read, webp, xmp, xmp_scan

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
        data = elsewhere.moved_out(source.read_bytes(), self.name)
        packets = self._module.xmp(data)
        packet = xmp.merged(
            packets[0] if packets else None, label_json=marks.label.to_json(), source_type=marks.source_type
        )
        target.write_bytes(self._module.inject(data, packet))

    def content(self, path: Path) -> Content:
        """See Carrier.content: the coded picture, without what describes it."""
        data = path.read_bytes()
        digest = hashlib.sha256()
        for part in {"jpeg": _jpeg_parts, "png": _png_parts, "webp": _webp_parts}[self.name](data):
            digest.update(part)
        return Content(f"{self.name}-coded-v1", digest.hexdigest())


def claims_in(packet: bytes) -> list[str]:
    """Labels of an XMP packet; a packet that is no XML is searched for anything that looks like one."""
    try:
        return [text for text, _ in xmp_scan.scan(packet).labels]
    except xmp_scan.NotXmp:
        return loose.in_bytes(packet)


def _jpeg_parts(data: bytes) -> list[bytes]:
    """Every segment that is no application data or comment, and all scans."""
    parts, at = [], 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in {b"\xda", b"\xd9", b""}:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not (0xE0 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE):
            parts.append(data[at:end])
        at = end
    return [*parts, data[at:]]


def _png_parts(data: bytes) -> list[bytes]:
    return [chunk.type + chunk.data for chunk in png.chunks(data) if chunk.type in _PIXELS]


def _webp_parts(data: bytes) -> list[bytes]:
    return [
        chunk.type + chunk.data
        for chunk in webp.chunks(data)
        if chunk.type in {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
    ]


CARRIERS: dict[str, Carrier] = {
    "jpeg": StillCarrier("jpeg", jpeg),
    "png": StillCarrier("png", png),
    "webp": StillCarrier("webp", webp),
}
