"""XMP packets in boxes: a `uuid` of the file or of `moov`, or QuickTime's `XMP_` in user data."""

from collections.abc import Iterator

from media_jobs.labelling import aigc
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Claim
from media_jobs.labelling.metadata import xmp
from media_jobs.labelling.metadata.bmff_boxes import MAX_PACKET, Box, BoxFile, boxed
from media_jobs.labelling.metadata.layout import Layout
from media_jobs.labelling.metadata.stills import claims_in


def labels_in_xmp(file: BoxFile, box: Box, place: str) -> Iterator[Claim]:
    """Every label in an XMP box; of a packet that is too long, in its beginning."""
    for text in claims_in(file.take(box.body, min(box.length, MAX_PACKET))):
        yield Claim(place, text[: aigc.MAX_JSON])


def source_types_in_xmp(file: BoxFile, box: Box) -> list[str]:
    """Every IPTC source type in an XMP box."""
    return xmp.source_types(file.take(box.body, min(box.length, MAX_PACKET)))


def without_marks(file: BoxFile, box: Box, head: bytes) -> Layout:
    """A second XMP packet without label and source type; nothing where it holds nothing else.

    Args:
        file: the file.
        box: the box that holds it.
        head: what stands in front of the packet, the UUID of a `uuid` box.

    Raises:
        MediaError: media.metadata_too_large.
    """
    packet = packet_of(file, box)
    layout = Layout()
    if not claims_in(packet) and not xmp.source_types(packet):
        layout.copy(box.start, box.end)
    elif left := xmp.unmarked(packet):
        layout.fresh(boxed(box.kind, head, left))
    return layout


def packet_of(file: BoxFile, box: Box) -> bytes:
    """The packet of an XMP box.

    Raises:
        MediaError: media.metadata_too_large.
    """
    if box.length > MAX_PACKET:
        raise media_error("media.metadata_too_large")
    return file.take(box.body, box.length)
