"""MP4, MOV and M4A: the label at `moov/udta/meta`, key `AIGC` (TC260-PG-20257A), the IPTC source type in an XMP box.

Read are also: tags of a bare `moov/meta` (phones), of tracks and of the file; iTunes-style tags; bare user data; XMP.
Writing copies all media untouched and moves the positions that point at them.
"""

from pathlib import Path

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import packets, xmp
from media_jobs.labelling.metadata.bmff_boxes import XMP_UUID, BoxFile, boxed
from media_jobs.labelling.metadata.bmff_file import Survey, look, rest
from media_jobs.labelling.metadata.bmff_moov import moov_layout
from media_jobs.labelling.metadata.bmff_offsets import Offsets
from media_jobs.labelling.metadata.layout import Layout


class FilmCarrier:
    """The Carrier of MP4, MOV and M4A."""

    def __init__(self, offsets: Offsets | None = None) -> None:
        """Take another limit of 32-bit positions than the default: to try long files without long files."""
        self._offsets = offsets or Offsets()

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        found = Found()
        try:
            with BoxFile(path) as file:
                for box in file.top():
                    look(file, box, found)
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write.

        Raises:
            MediaError: also media.unsupported_format (compressed header), media.media_elsewhere, media.cannot_write.
        """
        with BoxFile(source) as file:
            survey = Survey.of(file)
            if not survey.films:
                raise media_error("media.damaged")
            packet = xmp.merged(survey.packet(file), label_json=None, source_type=marks.source_type)
            label = marks.label.to_json().encode("ascii")
            layout = Layout()
            for box in file.top():
                if box.kind == b"moov":
                    layout.add(moov_layout(file, box, label=label, offsets=self._offsets))
                elif box != survey.first:
                    layout.add(rest(file, box, survey, self._offsets))
                if box == survey.first or (box.kind == b"moov" and survey.first is None):
                    layout.fresh(boxed(b"uuid", XMP_UUID, packet))
            layout.copy(survey.end, file.size)
            layout.write(file, target)

    def content(self, path: Path) -> Content:
        """See Carrier.content: packets-v1."""
        return packets.content(path, demuxer="mov")


CARRIERS: dict[str, Carrier] = dict.fromkeys(("mp4", "mov", "m4a"), FilmCarrier())
