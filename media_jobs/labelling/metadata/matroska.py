"""MKV and WebM: the label as `Segment/Tags/Tag/SimpleTag` named `AIGC` (TC260-PG-20257A), about the whole file.

The IPTC source type stands beside it as `DIGITAL_SOURCE_TYPE`. Writing gathers all tags in one Tags element in front
of the first Cluster, where also players that only stream see them, copies the Clusters and moves what points at them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Content, Found, Marks
from media_jobs.labelling.metadata import matroska_index, matroska_tags, packets
from media_jobs.labelling.metadata.bmff_file import MAX_CLAIMS, claim
from media_jobs.labelling.metadata.ebml import (
    CLUSTER,
    CRC32,
    CUES,
    EBML,
    SEEK_HEAD,
    SEGMENT,
    TAGS,
    EbmlFile,
    Element,
    id_of,
    size_of,
)
from media_jobs.labelling.metadata.layout import Layout, Moves

_MAX_TAGS = 1000


@dataclass
class _Survey:
    """The Segment, where its first Cluster starts, and the contents of all Tags."""

    segment: Element
    first_cluster: int = 0
    first_tags: int = 0
    tags: list[bytes] = field(default_factory=list)


class MatroskaCarrier:
    """The Carrier of MKV and WebM."""

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        found = Found()
        try:
            with EbmlFile(path) as file:
                for top in file.segments():
                    for one in file.inside(top.body, top.end):
                        if one.id == TAGS:
                            tags = _content(file, one)
                            claim(found, matroska_tags.labels(tags))
                            found.source_types += matroska_tags.source_types(tags)[:MAX_CLAIMS]
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write.

        Raises:
            MediaError: also media.unsupported_format (several segments), media.cannot_write.
        """
        with EbmlFile(source) as file:
            survey = _survey(file)
            tags = matroska_tags.merged(survey.tags, marks)
            segment = survey.segment
            content = Layout()
            tags_at: list[int] = []

            def place(moves: Moves) -> tuple[Callable[[int], int], int]:
                return lambda at: moves(segment.body + at) - start, tags_at[0]

            here = survey.first_tags if survey.first_tags < survey.first_cluster else survey.first_cluster
            for one in file.inside(segment.body, segment.end):
                if one.start == here:
                    tags_at.append(content.fresh(tags))
                _add(content, file, one, place)
            if not tags_at:
                tags_at.append(content.fresh(tags))  # no Cluster at all
            layout = Layout()
            layout.copy(0, segment.start)
            head = id_of(SEGMENT) + (b"\x01" + b"\xff" * 7 if segment.open else size_of(content.length, wide=8))
            start = layout.fresh(head) + len(head)
            layout.add(content)
            layout.copy(segment.end, file.size)
            layout.write(file, target)

    def content(self, path: Path) -> Content:
        """See Carrier.content: packets-v1."""
        return packets.content(path, demuxer="matroska")


def _survey(file: EbmlFile) -> _Survey:
    """Walk the file once.

    Raises:
        MediaError: media.damaged, media.truncated, media.unsupported_format, media.metadata_too_large.
    """
    found: _Survey | None = None
    for top in file.segments():
        if found is not None:
            raise media_error("media.unsupported_format", format="Matroska (several segments)")
        found = _Survey(top, top.end, top.end)
        for one in file.inside(top.body, top.end):
            if one.id in {EBML, SEGMENT}:
                raise media_error("media.unsupported_format", format="Matroska (several segments)")
            if one.id == CLUSTER:
                found.first_cluster = min(found.first_cluster, one.start)
            elif one.id == TAGS:
                found.first_tags = min(found.first_tags, one.start)
                found.tags.append(_content(file, one))
                if len(found.tags) > _MAX_TAGS or sum(map(len, found.tags)) > matroska_tags.MAX_TAGS:
                    raise media_error("media.metadata_too_large")
    if found is None:
        raise media_error("media.damaged")
    return found


def _content(file: EbmlFile, tags: Element) -> bytes:
    if tags.length > matroska_tags.MAX_TAGS:
        raise media_error("media.metadata_too_large")
    return file.take(tags.body, tags.length)


def _add(
    content: Layout, file: EbmlFile, one: Element, place: Callable[[Moves], tuple[Callable[[int], int], int]]
) -> None:
    """One element of the Segment, as it has to be in the new file."""
    if one.id == SEEK_HEAD:
        content.add(matroska_index.seek_head(file, one, place))
    elif one.id == CUES:
        content.add(matroska_index.cues(file, one, place))
    elif one.id == CLUSTER:
        content.add(matroska_index.cluster(file, one, place))
    elif one.id not in {TAGS, CRC32}:  # a checksum of the whole Segment would be wrong
        content.copy(one.start, one.end)


CARRIERS: dict[str, Carrier] = dict.fromkeys(("mkv", "webm"), MatroskaCarrier())
