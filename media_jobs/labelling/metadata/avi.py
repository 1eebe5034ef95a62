"""AVI, read only: a label as the chunk `AIGC` of `LIST INFO` (TC260-PG-20257A), or in an XMP chunk."""

from pathlib import Path

from media_jobs.labelling import aigc
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import xmp
from media_jobs.labelling.metadata.bmff_boxes import MAX_PACKET
from media_jobs.labelling.metadata.bmff_file import MAX_CLAIMS, claim
from media_jobs.labelling.metadata.layout import Source
from media_jobs.labelling.metadata.stills import claims_in

PLACE = "avi.info"
_MAX_CHUNKS = 500_000


class AviCarrier:
    """The Carrier of AVI; it cannot be written, so nothing of ours ever comes out as AVI."""

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        found = Found()
        try:
            with Source(path) as file:
                _Walk(file, found).run()
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """Refused.

        Raises:
            MediaError: media.unsupported_format.
        """
        raise media_error("media.unsupported_format", format="AVI")

    def content(self, path: Path) -> Content:
        """Refused.

        Raises:
            MediaError: media.unsupported_format.
        """
        raise media_error("media.unsupported_format", format="AVI")


class _Walk:
    """All chunks of a file, those of lists that may hold tags included; pictures and sound are stepped over."""

    def __init__(self, file: Source, found: Found) -> None:
        self._file = file
        self._found = found
        self._left = _MAX_CHUNKS

    def run(self) -> None:
        """Fill `found`."""
        self._lists(0, self._file.size, top=True)

    def _lists(self, at: int, end: int, *, top: bool) -> None:
        """RIFF, and lists within them: two levels."""
        for kind, start, stop in self._chunks(at, end):
            inner = self._file.peek(start, 4)
            if top and kind == b"RIFF":
                self._lists(start + 4, stop, top=False)
            elif kind == b"LIST" and inner != b"movi":
                for tag, first, last in self._chunks(start + 4, stop):
                    self._tag(tag, first, last)
            else:
                self._tag(kind, start, stop)

    def _chunks(self, at: int, end: int) -> "list[tuple[bytes, int, int]]":
        found = []
        while at + 8 <= end:
            self._left -= 1
            if self._left < 0:
                raise media_error("media.damaged")
            head = self._file.take(at, 8)
            stop = at + 8 + int.from_bytes(head[4:], "little")
            found.append((head[:4], at + 8, min(stop, end)))
            at = stop + stop % 2
        return found

    def _tag(self, kind: bytes, start: int, stop: int) -> None:
        if b"AIGC" in kind.upper():
            data = self._file.take(start, min(stop - start, 4 * aigc.MAX_JSON)).rstrip(b"\0")
            claim(self._found, [Claim(PLACE, data.decode("utf-8", "replace")[: aigc.MAX_JSON])])
        elif kind == b"_PMX":
            packet = self._file.take(start, min(stop - start, MAX_PACKET))
            claim(self._found, (Claim("avi.xmp", text) for text in claims_in(packet)))
            self._found.source_types += xmp.source_types(packet)[:MAX_CLAIMS]


CARRIERS: dict[str, Carrier] = {"avi": AviCarrier()}
