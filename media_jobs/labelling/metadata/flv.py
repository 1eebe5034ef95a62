"""FLV, read only: a label as the property `AIGC` of `onMetaData` (TC260-PG-20257A)."""

import struct
from pathlib import Path

from media_jobs.labelling import aigc
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata.bmff_file import claim
from media_jobs.labelling.metadata.layout import Source

PLACE = "flv.onmetadata"
_SCRIPT = 18
_MAX_TAGS = 1_000_000
_MAX_SCRIPT = 1024 * 1024
_MAX_VALUES = 20_000
_MAX_DEPTH = 16


class FlvCarrier:
    """The Carrier of FLV; it cannot be written, so nothing of ours ever comes out as FLV."""

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        found = Found()
        try:
            with Source(path) as file:
                at = int.from_bytes(file.take(0, 9)[5:9], "big") + 4
                for _ in range(_MAX_TAGS):
                    if at + 11 > file.size:
                        break
                    head = file.take(at, 11)
                    length = int.from_bytes(head[1:4], "big")
                    if head[0] & 0x1F == _SCRIPT:
                        data = file.take(at + 11, min(length, _MAX_SCRIPT))
                        claim(found, [Claim(PLACE, text[: aigc.MAX_JSON]) for text in _Amf(data).labels()])
                    if at + 11 + length > file.size:
                        raise media_error("media.truncated")
                    at += 11 + length + 4
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """Refused.

        Raises:
            MediaError: media.unsupported_format.
        """
        raise media_error("media.unsupported_format", format="FLV")

    def content(self, path: Path) -> Content:
        """Refused.

        Raises:
            MediaError: media.unsupported_format.
        """
        raise media_error("media.unsupported_format", format="FLV")


class _Amf:
    """Values in AMF0, the coding of FLV's script data."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._left = _MAX_VALUES
        self._found: list[str] = []

    def labels(self) -> list[str]:
        """The texts of all properties whose name contains AIGC; damage ends the search."""
        try:
            while self._at < len(self._data):
                self._value("", _MAX_DEPTH)
        except (IndexError, struct.error, RecursionError):
            return self._found
        return self._found

    def _number(self, wide: int) -> int:
        self._at += wide
        if self._at > len(self._data):
            raise IndexError
        return int.from_bytes(self._data[self._at - wide : self._at], "big")

    def _text(self, wide: int) -> str:
        length = self._number(wide)
        self._at += length
        return self._data[self._at - length : self._at].decode("utf-8", "replace")

    def _value(self, name: str, depth: int) -> None:
        self._left -= 1
        if self._left < 0 or depth < 0:
            raise IndexError
        kind = self._number(1)
        if kind in {2, 12, 15}:  # string, long string, XML
            text = self._text(2 if kind == 2 else 4)
            if "AIGC" in name.upper():
                self._found.append(text)
        elif kind in {3, 8, 16}:  # object, array with names, typed object
            if kind == 8:
                self._number(4)
            elif kind == 16:
                self._text(2)
            self._properties(depth)
        elif kind == 10:  # array
            for _ in range(self._number(4)):
                self._value("", depth - 1)
        elif kind in {0, 1, 5, 6, 7, 11}:  # number, boolean, null, undefined, reference, date
            self._number({0: 8, 1: 1, 7: 2, 11: 10}.get(kind, 0))
        else:
            raise IndexError

    def _properties(self, depth: int) -> None:
        while True:
            name = self._text(2)
            if not name and self._data[self._at : self._at + 1] == b"\x09":
                self._at += 1
                return
            self._value(name, depth - 1)


CARRIERS: dict[str, Carrier] = {"flv": FlvCarrier()}
