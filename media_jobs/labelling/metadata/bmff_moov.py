"""The `moov` of an MP4 or MOV written anew: our label in, others out, positions moved, everything else as it is."""

from collections.abc import Callable, Iterator

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Claim
from media_jobs.labelling.metadata import bmff_offsets, bmff_tags, bmff_xmp, heif_items
from media_jobs.labelling.metadata.bmff_boxes import MAX_TRACKS, XMP_UUID, Box, BoxFile, wrapped
from media_jobs.labelling.metadata.bmff_offsets import Offsets
from media_jobs.labelling.metadata.layout import Layout


def labels_in_moov(file: BoxFile, moov: Box) -> Iterator[Claim]:
    """Every label in the tags of the film and of its tracks."""
    for child in file.inside(moov.body, moov.end):
        if child.kind == b"udta":
            yield from bmff_tags.labels_in_udta(file, child, bmff_tags.PLACE)
        elif child.kind == b"meta":
            yield from bmff_tags.labels_in_meta(file, child, "mp4.moov.meta")
        elif child.uuid == XMP_UUID:
            yield from bmff_xmp.labels_in_xmp(file, child, "mp4.moov.xmp")
        elif child.kind == b"trak":
            for part in file.inside(child.body, child.end):
                if part.kind == b"udta":
                    yield from bmff_tags.labels_in_udta(file, part, "mp4.trak")
                elif part.kind == b"meta":
                    yield from bmff_tags.labels_in_meta(file, part, "mp4.trak.meta")


def source_types_in_moov(file: BoxFile, moov: Box) -> Iterator[str]:
    """Every IPTC source type in the film's own XMP: in user data, as QuickTime has it, or in a box."""
    for child in file.inside(moov.body, moov.end):
        if child.kind == b"udta":
            yield from bmff_tags.source_types_in_udta(file, child)
        elif child.uuid == XMP_UUID:
            yield from bmff_xmp.source_types_in_xmp(file, child)


def moov_layout(file: BoxFile, moov: Box, *, label: bytes | None, offsets: Offsets) -> Layout:
    """The `moov` with `label` at udta/meta as its only AIGC label (None: with none).

    Where another `meta` of QuickTime's kind exists, as in every film of an iPhone, FFmpeg reads the first list of
    names for all of them. So ours stands in front and begins with the names of the other: right by either reading.

    Raises:
        MediaError: media.damaged, media.truncated, media.unsupported_format, media.media_elsewhere.
    """
    children = list(_limited(file, moov))
    if any(child.kind == b"cmov" for child in children):
        raise media_error("media.unsupported_format", format="QuickTime (compressed header)")
    keyed = None if label is None else _first_keyed(file, children)
    own = next((child for child in children if child.kind == b"udta"), None)
    shared: list[bytes] = []
    before = own
    if keyed is not None and keyed[0] is not own:
        before, shared = keyed
    elif own is None:
        before = next((child for child in children if child.kind == b"meta"), None)
    content = Layout()
    at = moov.body
    for child in children:
        if child is before and label is not None:
            content.add(_udta(file, own, label, shared))
        if child is own and label is not None:
            pass  # stands already, here or further up
        elif child.kind == b"udta":
            content.add(bmff_tags.udta_layout(file, child, label=None))
        elif child.kind == b"meta":
            content.add(any_meta(file, child, offsets))
        elif child.uuid == XMP_UUID:
            content.add(bmff_xmp.without_marks(file, child, XMP_UUID))
        elif child.kind == b"trak":
            content.add(_trak(file, child, offsets))
        else:
            content.copy(child.start, child.end)
        at = child.end
    if before is None and label is not None:
        content.add(_udta(file, None, label, shared))
    content.copy(at, moov.end)
    return wrapped(b"moov", content)


def _limited(file: BoxFile, moov: Box) -> Iterator[Box]:
    for number, child in enumerate(file.inside(moov.body, moov.end)):
        if number > MAX_TRACKS:
            raise media_error("media.damaged")
        yield child


def _first_keyed(file: BoxFile, children: list[Box]) -> tuple[Box, list[bytes]] | None:
    """The child of moov that holds the film's first list of names, with the names."""
    for child in children:
        for meta in _metas(file, child):
            names = bmff_tags.names_in(file, meta)
            if names:
                return child, names
    return None


def _metas(file: BoxFile, child: Box) -> Iterator[Box]:
    """The `meta` boxes in a child of moov: itself, or in user data, or in a track, in the order of the file."""
    if child.kind == b"meta":
        yield child
    elif child.kind in {b"trak", b"udta"}:
        for part in file.inside(child.body, child.end):
            if part.kind == b"meta":
                yield part
            elif part.kind == b"udta" and child.kind == b"trak":
                yield from (one for one in file.inside(part.body, part.end) if one.kind == b"meta")


def _udta(file: BoxFile, own: Box | None, label: bytes, shared: list[bytes]) -> Layout:
    if own is not None:
        return bmff_tags.udta_layout(file, own, label=label, shared=shared)
    content = Layout()
    content.fresh(bmff_tags.fresh_meta(label, shared))
    return wrapped(b"udta", content)


def any_meta(file: BoxFile, box: Box, offsets: Offsets) -> Layout:
    """A `meta` that is not the place of our label: without labels, its items' positions moved."""

    def other(child: Box) -> Layout | None:
        if child.kind != b"iloc":
            return None
        return heif_items.Locations.read(file, child, wide=file.size > offsets.limit).layout()

    return bmff_tags.meta_layout(file, box, label=None, other=other)


def _trak(file: BoxFile, box: Box, offsets: Offsets) -> Layout:
    def leaf(child: Box) -> Layout | None:
        made: Layout | None = None
        if child.kind in {b"stco", b"co64"}:
            made = offsets.chunks(file, child)
        elif child.kind == b"saio":
            made = bmff_offsets.auxiliary(file, child)
        elif child.kind == b"udta":
            made = bmff_tags.udta_layout(file, child, label=None)
        elif child.kind == b"meta":
            made = any_meta(file, child, offsets)
        elif child.kind == b"dref":
            _refuse_elsewhere(file, child)
        return made

    return _descend(file, box, (b"mdia", b"minf", b"stbl"), leaf)


def _descend(file: BoxFile, box: Box, path: tuple[bytes, ...], leaf: Callable[[Box], Layout | None]) -> Layout:
    """A box with its leaves made anew, down one path of containers (and into `dinf`): no deeper than its length."""
    content = Layout()
    at = box.body
    for child in file.inside(box.body, box.end):
        at = child.end
        if path and child.kind == path[0]:
            content.add(_descend(file, child, path[1:], leaf))
            continue
        if child.kind == b"dinf":
            for part in file.inside(child.body, child.end):
                leaf(part)
        made = leaf(child)
        if made is None:
            content.copy(child.start, child.end)
        else:
            content.add(made)
    content.copy(at, box.end)
    return wrapped(box.kind, content)


def _refuse_elsewhere(file: BoxFile, dref: Box) -> None:
    """Films may take their media from other files (14496-12, 8.7.2: flag 1 says that they do not)."""
    for entry in file.inside(dref.body + 8, dref.end):
        if entry.kind in {b"url ", b"urn ", b"alis"} and entry.length >= 4 and not file.take(entry.body + 3, 1)[0] & 1:
            raise media_error("media.media_elsewhere")
