"""The bytes of a labelled file, walked without the writer's code: checksums and every place a label could be."""

import html
import mmap
import re
import zlib

from defusedxml import ElementTree as SafeET
from defusedxml.common import DefusedXmlException

from media_jobs.labelling.readback.findings import Walked

_PROPERTY = re.compile(
    r"<(?P<prefix>[A-Za-z_][\w.-]*):AIGC\b[^>]*>(?P<text>.*?)</(?P=prefix):AIGC>|"
    r"""(?<![\w.-])(?P<attribute>[A-Za-z_][\w.-]*):AIGC\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""",
    re.DOTALL,
)
_SOURCE = re.compile(
    r"<(?:\w+):DigitalSourceType\b[^>]*>(.*?)</|(?<!\w)\w+:DigitalSourceType\s*=\s*[\"'](.*?)[\"']", re.DOTALL
)
_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_XMP_ID = b"http://ns.adobe.com/xap/1.0/\0"
_TEXT_LIMIT = 4 * 1024 * 1024


Packets = list[tuple[str, str]]
Data = bytes | mmap.mmap


def walk(data: Data) -> Walked:
    """Walk a JPEG, PNG or WebP file; faults are collected, not raised."""
    walked, packets = Walked(), Packets()
    if data[:2] == b"\xff\xd8":
        walked.container = "jpeg"
        rest = _jpeg(data, walked, packets)
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        walked.container, walked.lossless = "png", True
        rest = _png(data, walked, packets)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        walked.container = "webp"
        rest = _webp(data, walked, packets)
    else:
        walked.faults.append("order")
        return walked
    walked.mentions = sum(_mentions(part) for part in rest)
    for place, text in packets:
        add_packet(walked, place, text)
    return walked


def add_packet(walked: Walked, place: str, text: str) -> None:
    """Add what an XMP packet says, by pattern; the XML is only tested for being well-formed."""
    prefixes = set(re.findall(r"xmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(_NAMESPACE), text))
    walked.labels += [
        (place, html.unescape(match["text"] or match["value"] or "").strip())
        for match in _PROPERTY.finditer(text)
        if (match["prefix"] or match["attribute"]) in prefixes
    ]
    walked.source_types += [html.unescape(a or b).strip() for a, b in _SOURCE.findall(text)]
    try:
        SafeET.fromstring(text.strip("\ufeff\0 \r\n\t"), forbid_dtd=True)
    except (SafeET.ParseError, DefusedXmlException, ValueError):
        walked.faults.append("xml")


def _mentions(part: bytes) -> int:
    return part.replace(b"\0", b"").count(b"ContentProducer")


def _jpeg(data: Data, walked: Walked, packets: Packets) -> list[bytes]:
    """Segments up to the first scan; the bytes of each."""
    rest: list[bytes] = []
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in {b"\xda", b"\xd9", b""}:
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if size < 2 or len(body) != size - 2:
            walked.faults.append("length")
            return rest
        rest.append(body)
        if data[at + 1] == 0xE1 and body.startswith(_XMP_ID):
            packets.append(("jpeg.app1.xmp", body[len(_XMP_ID) :].decode("utf-8", "replace")))
        at += 2 + size
    if data[at : at + 2] != b"\xff\xda":
        walked.faults.append("order")
    if data[-2:] != b"\xff\xd9":
        walked.faults.append("length")
    return rest


def _png(data: Data, walked: Walked, packets: Packets) -> list[bytes]:
    """All chunks with their checksums; the bytes of those that are no image data, decompressed where they are text."""
    rest: list[bytes] = []
    at, kinds = 8, []
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        with memoryview(data) as view, view[at + 4 : at + 8 + size] as checked:
            checksum = zlib.crc32(checked)
        if data[at + 8 + size : at + 12 + size] != checksum.to_bytes(4, "big"):
            walked.faults.append("checksum")
            return rest
        body = b"" if kind in {b"IDAT", b"fdAT"} else data[at + 8 : at + 8 + size]
        kinds.append(kind)
        if kind == b"iTXt" and body.startswith(b"XML:com.adobe.xmp\0"):
            if body[18:20] != b"\0\0" or b"IDAT" in kinds:
                walked.faults.append("order")
            packets.append(("png.itxt.xmp", body[18:].lstrip(b"\0").decode("utf-8", "replace")))
        if kind not in {b"IDAT", b"fdAT"}:
            rest += [body, _inflated(kind, body)]
        at += 12 + size
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or at != len(data):
        walked.faults.append("length")
    return rest


def _inflated(kind: bytes, body: bytes) -> bytes:
    if kind not in {b"zTXt", b"iTXt"}:
        return b""
    start = body.find(b"\x78")
    while start >= 0:
        try:
            return zlib.decompressobj().decompress(body[start:], _TEXT_LIMIT)
        except zlib.error:
            start = body.find(b"\x78", start + 1)
    return b""


def _webp(data: Data, walked: Walked, packets: Packets) -> list[bytes]:
    """All RIFF chunks; the bytes of those that are no image data."""
    rest: list[bytes] = []
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        walked.faults.append("length")
    at, flags, lossy = 12, 0, False
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            walked.faults.append("length")
            return rest
        coded = kind in {b"VP8 ", b"VP8L", b"ALPH", b"ANMF"}
        body = data[at + 8 : at + 8 + min(size, 40)] if coded else data[at + 8 : at + 8 + size]
        if kind == b"VP8X":
            flags = body[0]
        lossless = kind == b"VP8L" or (kind == b"ANMF" and body[16:20] == b"VP8L")
        lossy = lossy or (kind in {b"VP8 ", b"ANMF"} and not lossless)
        walked.lossless = (walked.lossless or lossless) and not lossy
        if kind == b"XMP ":
            packets.append(("webp.xmp", body.decode("utf-8", "replace")))
        if not coded and kind != b"VP8X":
            rest.append(body)
        at += 8 + size + (size & 1)
    if packets and not flags & 0x04:
        walked.faults.append("flag")
    return rest
