"""The label font inside a PDF: Noto Sans SC as CIDFont with Identity-H, and a ToUnicode map for copying text."""

import struct
from functools import lru_cache

import pikepdf

from media_jobs.labelling.visible import font

_NAME = "HLMKSC+NotoSansSC-Bold"  # six capitals and a plus sign: a subset (ISO 32000-2 9.9.2)


@lru_cache(maxsize=1)
def _tables() -> dict[bytes, bytes]:
    data = font.PATH.read_bytes()
    count = int.from_bytes(data[4:6], "big")
    found = {}
    for at in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = struct.unpack(">4s3L", data[at : at + 16])
        found[tag] = data[offset : offset + length]
    return found


def glyph(character: str) -> int:
    """The glyph of a character; 0 where the font has none."""
    code, table = ord(character), _tables()[b"cmap"]
    for at in range(4, 4 + 8 * int.from_bytes(table[2:4], "big"), 8):
        platform, _, offset = struct.unpack(">HHL", table[at : at + 8])
        if platform in {0, 3} and table[offset : offset + 2] == b"\0\4":
            return _in_format_4(table[offset:], code)
    return 0


def _in_format_4(table: bytes, code: int) -> int:
    half = int.from_bytes(table[6:8], "big")
    ends, starts, deltas, offsets = (14, 16 + half, 16 + 2 * half, 16 + 3 * half)
    for at in range(0, half, 2):
        end = int.from_bytes(table[ends + at : ends + at + 2], "big")
        if code > end:
            continue
        start = int.from_bytes(table[starts + at : starts + at + 2], "big")
        if code < start:
            return 0
        delta = int.from_bytes(table[deltas + at : deltas + at + 2], "big")
        jump = int.from_bytes(table[offsets + at : offsets + at + 2], "big")
        if not jump:
            return (code + delta) & 0xFFFF
        place = offsets + at + jump + 2 * (code - start)
        found = int.from_bytes(table[place : place + 2], "big")
        return (found + delta) & 0xFFFF if found else 0
    return 0


def _advance(number: int) -> int:
    """In thousandths of an em."""
    tables = _tables()
    longs = int.from_bytes(tables[b"hhea"][34:36], "big")
    row = min(number, longs - 1) * 4
    return round(int.from_bytes(tables[b"hmtx"][row : row + 2], "big") * 1000 / _units())


def _units() -> int:
    return int.from_bytes(_tables()[b"head"][18:20], "big")


def width(text: str) -> float:
    """In em."""
    return sum(_advance(glyph(character)) for character in text) / 1000


def shown(text: str) -> bytes:
    """The string operand that shows a text: <...> of two-byte glyph numbers."""
    return b"<" + b"".join(b"%04X" % glyph(character) for character in text) + b">"


def embedded(document: pikepdf.Pdf, text: str) -> pikepdf.Object:
    """A font object of the document that shows `text`."""
    tables, name = _tables(), pikepdf.Name("/" + _NAME)
    unit = 1000 / _units()
    box = [round(value * unit) for value in struct.unpack(">4h", tables[b"head"][36:44])]
    ascent, descent = (round(value * unit) for value in struct.unpack(">2h", tables[b"hhea"][4:8]))
    file = document.make_stream(font.PATH.read_bytes())
    file.Length1 = font.PATH.stat().st_size
    descriptor = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor, FontName=name, Flags=4, FontBBox=box, ItalicAngle=0, Ascent=ascent,
            Descent=descent, CapHeight=733, StemV=120, FontFile2=file,
        )
    )  # fmt: skip
    numbers = {glyph(character): character for character in text}
    widths: list[object] = []
    for number in sorted(numbers):
        widths += [number, [_advance(number)]]
    descendant = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2, BaseFont=name, FontDescriptor=descriptor,
            CIDSystemInfo=pikepdf.Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"),
                                             Supplement=0),
            DW=1000, W=pikepdf.Array(widths), CIDToGIDMap=pikepdf.Name.Identity,
        )
    )  # fmt: skip
    return document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=name, Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[descendant], ToUnicode=document.make_stream(_to_unicode(numbers)),
        )
    )  # fmt: skip


def _to_unicode(numbers: dict[int, str]) -> bytes:
    rows = [
        f"<{number:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for number, character in sorted(numbers.items())
    ]
    blocks = "".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
        for part in (rows[at : at + 100] for at in range(0, len(rows), 100))
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\n"
        f"endcodespacerange\n{blocks}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
