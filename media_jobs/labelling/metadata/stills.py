"""JPEG, PNG and WebP: the label in the file's XMP packet; foreign ones also in EXIF comments and text chunks."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import buffer, jpeg, png, webp, xmp
from media_jobs.labelling.metadata.buffer import Buffer
from media_jobs.labelling.metadata.exif import Exif

_LOOSE = re.compile(rb'\{[^{}]{0,4000}"ContentProducer"[^{}]{0,4000}\}')
_PLACES = {"jpeg": "jpeg.app1.xmp", "png": "png.itxt.xmp", "webp": "webp.xmp"}
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"}


class StillCarrier:
    """The Carrier of one of the three."""

    def __init__(self, name: str, module: ModuleType) -> None:
        self.name = name
        self._module = module

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        data = buffer.mapped(path)
        found = Found()
        try:
            for number, packet in enumerate(self._module.xmp(data)):
                place = _PLACES[self.name] if number == 0 else f"{_PLACES[self.name]}.{number + 1}"
                found.claims += [Claim(place, text) for text in claims_in(packet)]
                found.source_types += xmp.source_types(packet)
            found.claims += _in_exif(self._module.exif(data))
            found.claims += _in_texts(data, self.name)
            found.c2pa = bool(self._module.has_c2pa(data))
        except MediaError as error:
            found.damaged = error.code
        return found

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
    if xmp.parsed(packet) is not None:
        return xmp.labels(packet)
    return [match.decode("utf-8", "replace") for match in _LOOSE.findall(packet.replace(b"&quot;", b'"'))]


def _in_exif(block: bytes | None) -> list[Claim]:
    comment = None if block is None else Exif(block).user_comment
    if comment is None or b"ContentProducer" not in comment.replace(b"\0", b""):
        return []
    return [Claim("exif.user_comment", comment.replace(b"\0", b"").decode("utf-8", "replace"))]


def _in_texts(data: Buffer, name: str) -> list[Claim]:
    """PNG text chunks named AIGC, JPEG comments that hold a label."""
    if name == "png":
        return [
            Claim(
                f"png.{text.type.lower()}.{text.keyword.decode('latin-1')[:79]}", text.text.decode("utf-8", "replace")
            )
            for text in png.texts(data)
            if b"AIGC" in text.keyword.upper()
        ]
    if name == "jpeg":
        return [
            Claim("jpeg.comment", text.decode("utf-8", "replace"))
            for text in jpeg.comments(data)
            if b"AIGC" in text and b"ContentProducer" in text
        ]
    return []


def _jpeg_parts(data: Buffer) -> list[tuple[int, int]]:
    """Every segment that is no application data or comment, and all scans."""
    parts, at = [], 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in {b"\xda", b"\xd9", b""}:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not (0xE0 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE):
            parts.append((at, end))
        at = end
    return [*parts, (at, len(data))]


def _png_parts(data: Buffer) -> list[tuple[int, int]]:
    """Type and data of the chunks that make the picture."""
    return [(span.start + 4, span.end - 4) for span in png.spans(data, image_data=False) if span.type in _PIXELS]


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
