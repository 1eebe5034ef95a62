"""What all ISO base media files share: labels at the usual places, XMP boxes, and boxes whose positions move."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Claim, Found
from media_jobs.labelling.metadata import bmff_offsets, bmff_tags, bmff_xmp
from media_jobs.labelling.metadata.bmff_boxes import C2PA_UUID, XMP_UUID, Box, BoxFile, boxed
from media_jobs.labelling.metadata.bmff_moov import any_meta, labels_in_moov, source_types_in_moov
from media_jobs.labelling.metadata.bmff_offsets import Offsets
from media_jobs.labelling.metadata.layout import Layout

MAX_CLAIMS = 64  # nobody needs to see more labels than these in one file
_MAX_XMP_BOXES = 100


def claim(found: Found, claims: Iterable[Claim]) -> None:
    """Add labels to what was found, up to MAX_CLAIMS in all."""
    found.claims += islice(claims, max(0, MAX_CLAIMS - len(found.claims)))


def look(file: BoxFile, box: Box, found: Found) -> None:
    """Add what one box of the file's top says of its origin.

    Raises:
        MediaError: media.damaged, media.truncated.
    """
    if box.kind == b"moov":
        claim(found, labels_in_moov(file, box))
        found.source_types += islice(source_types_in_moov(file, box), MAX_CLAIMS)
    elif box.kind == b"meta":
        claim(found, bmff_tags.labels_in_meta(file, box, "mp4.meta"))
    elif box.uuid == C2PA_UUID:
        found.c2pa = True
    elif box.uuid == XMP_UUID:
        claim(found, bmff_xmp.labels_in_xmp(file, box, "mp4.xmp"))
        found.source_types += bmff_xmp.source_types_in_xmp(file, box)[:MAX_CLAIMS]


@dataclass
class Survey:
    """What a first walk over the top of a file learns.

    Attributes:
        films: number of `moov` boxes.
        metas: number of `meta` boxes.
        first: the XMP box that is written anew at its place: not one between fragments, which must not move apart.
        fragments_at: start of the first `moof`, or the file's size.
        end: of the last box.
    """

    films: int = 0
    metas: int = 0
    first: Box | None = None
    fragments_at: int = 0
    end: int = 0
    _boxes: int = field(default=0, repr=False)

    @classmethod
    def of(cls, file: BoxFile) -> "Survey":
        """Walk the file.

        Raises:
            MediaError: media.damaged, media.truncated.
        """
        survey = cls(fragments_at=file.size)
        for box in file.top():
            survey.end = box.end
            survey.films += box.kind == b"moov"
            survey.metas += box.kind == b"meta"
            if box.kind == b"moof":
                survey.fragments_at = min(survey.fragments_at, box.start)
            elif box.uuid == XMP_UUID:
                survey._boxes += 1
                if survey.first is None and survey.fragments_at == file.size:
                    survey.first = box
        if survey.films > 1 or survey._boxes > _MAX_XMP_BOXES:
            raise media_error("media.damaged")
        return survey

    def packet(self, file: BoxFile) -> bytes | None:
        """The packet in `first`.

        Raises:
            MediaError: media.metadata_too_large.
        """
        return None if self.first is None else bmff_xmp.packet_of(file, self.first)


def rest(file: BoxFile, box: Box, survey: Survey, offsets: Offsets) -> Layout:
    """A box of the top that is not the place of our marks: without labels, its positions moved."""
    layout = Layout()
    if box.kind == b"meta":
        layout.add(any_meta(file, box, offsets))
    elif box.kind == b"moof":
        layout.add(bmff_offsets.fragment(file, box))
    elif box.kind == b"sidx":
        layout.add(bmff_offsets.segment_index(file, box))
    elif box.kind == b"mfra":
        layout.add(bmff_offsets.fragment_index(file, box))
    elif box.uuid == XMP_UUID:
        layout.add(bmff_xmp.without_marks(file, box, XMP_UUID))
        if layout.length != box.end - box.start and box.start > survey.fragments_at:
            layout = Layout()
            layout.fresh(boxed(b"free", bytes(box.end - box.start - 8)))
    else:
        layout.copy(box.start, box.end)
    return layout
