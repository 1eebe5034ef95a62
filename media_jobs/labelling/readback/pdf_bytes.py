"""The document information dictionary of a PDF, found in the raw bytes without a PDF library.

It has to be found so: a reader that looks for the label need not unpack object streams (TC260-PG-20258A 6.3).
"""

import re

_REFERENCE = rb"\s+(\d{1,10})\s+(\d{1,5})\s+R"
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_NEAR = 64 * 1024


def info(data: bytes) -> bytes | None:
    """The bytes between << and >> of the information dictionary that the last trailer names, or None."""
    starts = re.findall(rb"startxref\s+(\d{1,12})\s", data[-2048:])
    if not starts:
        return None
    at = int(starts[-1])
    section = data[at : at + _NEAR]
    if section.startswith(b"xref"):
        trailer = data.find(b"trailer", at)
        section = data[trailer : trailer + _NEAR] if trailer >= 0 else b""
    end = section.find(b"stream")
    named = re.search(rb"/Info" + _REFERENCE, section[: end if end >= 0 else None])
    if named is None:
        return None
    opened = [one.end() for one in re.finditer(rb"(?<!\d)%s\s+%s\s+obj\b" % (named[1], named[2]), data)]
    return _dictionary(data, opened[-1]) if opened else None


def _dictionary(data: bytes, at: int) -> bytes | None:
    found = re.compile(rb"\s*<<").match(data, at)
    if found is None:
        return None
    start = place = found.end()
    depth = 1
    while depth and place < min(len(data), start + 4 * _NEAR):
        if data[place : place + 1] == b"(":
            place = _string(data, place)[1]
        elif data[place : place + 2] in {b"<<", b">>"}:
            depth += 1 if data[place : place + 2] == b"<<" else -1
            place += 2
        else:
            place += 1
    return data[start : place - 2] if not depth else None


def strings(dictionary: bytes, key: bytes) -> list[str]:
    """The literal strings that stand behind `key`, however often it stands there."""
    found = []
    place = 0
    while place < len(dictionary):
        if dictionary[place : place + 1] == b"(":
            place = _string(dictionary, place)[1]
            continue
        named = re.compile(re.escape(key) + rb"(?![A-Za-z0-9_.-])\s*(?=\()").match(dictionary, place)
        if named is None:
            place += 1
            continue
        text, place = _string(dictionary, named.end())
        found.append(text.decode("utf-16") if text[:2] == b"\xfe\xff" else text.decode("latin-1"))
    return found


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """A literal string that opens here (ISO 32000-2 7.3.4.2), and where it ends."""
    out, depth = bytearray(), 0
    while at < len(data):
        one = data[at : at + 1]
        if one == b"\\":
            octal = re.compile(rb"[0-7]{1,3}").match(data, at + 1)
            if octal:
                out.append(int(octal[0], 8) & 0xFF)
                at = octal.end()
                continue
            out += _ESCAPES.get(data[at + 1 : at + 2], data[at + 1 : at + 2])
            at += 2
            continue
        depth += (one == b"(") - (one == b")")
        at += 1
        if depth == 0:
            break
        if not (one == b"(" and depth == 1):
            out += one
    return bytes(out), at
