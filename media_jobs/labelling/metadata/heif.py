"""HEIC and AVIF: the label in the XMP item of the primary picture (ISO/IEC 23008-12; TC260-PG-20259A).

Writing makes `meta` anew and puts the packet into an `mdat` of its own behind it; coded pictures are copied untouched.
Image sequences that also have a still picture are films with items: their `moov` is read, cleared of labels and
moved as in MP4. Sequences without one, and AVIF with a `mini` header, have no place for the label and are refused.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from media_jobs.labelling import aigc
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.marks import Carrier, Claim, Content, Found, Marks
from media_jobs.labelling.metadata import heif_items, packets, xmp
from media_jobs.labelling.metadata.bmff_boxes import MAX_PACKET, Box, BoxFile, boxed, wrapped
from media_jobs.labelling.metadata.bmff_file import Survey, claim, look, rest
from media_jobs.labelling.metadata.bmff_moov import moov_layout
from media_jobs.labelling.metadata.bmff_offsets import Offsets
from media_jobs.labelling.metadata.exif import USER_COMMENT, Exif
from media_jobs.labelling.metadata.heif_items import Item, Location, Locations
from media_jobs.labelling.metadata.layout import Layout
from media_jobs.labelling.metadata.stills import claims_in

PLACE = "heif.item.xmp"
_OFFSETS = Offsets()


@dataclass
class Pictures:
    """The items of one file: its `meta`, where its children stand, and what they say."""

    box: Box
    children: dict[bytes, Box]
    items: list[Item]
    places: Locations
    references: list[tuple[bytes, int, list[int]]]
    primary: int

    @classmethod
    def read(cls, file: BoxFile, box: Box) -> "Pictures":
        """The `meta` of a HEIF file (a full box, always).

        Raises:
            MediaError: media.damaged.
        """
        children: dict[bytes, Box] = {}
        for child in file.inside(min(box.body + 4, box.end), box.end):
            children.setdefault(child.kind, child)
        if not {b"iinf", b"iloc", b"pitm"} <= set(children):
            raise media_error("media.damaged")
        pitm = heif_items.table(file, children[b"pitm"])
        iref = children.get(b"iref")
        return cls(
            box,
            children,
            heif_items.items(file, children[b"iinf"]),
            Locations.read(file, children[b"iloc"], wide=file.size > _OFFSETS.limit),
            heif_items.references(file, iref) if iref else [],
            int.from_bytes(pitm[4 : 6 if pitm[0] == 0 else 8], "big"),
        )

    def xmp_items(self) -> list[Item]:
        """The XMP items, that of the primary picture first."""
        ours = {source for kind, source, to in self.references if kind == b"cdsc" and self.primary in to}
        return sorted((item for item in self.items if item.is_xmp), key=lambda item: item.number not in ours)

    def ranges(self, place: Location) -> list[tuple[int, int]]:
        """Where in the file an item's bytes stand.

        Raises:
            MediaError: media.damaged: outside the file, or in a way that we do not follow.
        """
        base, limit = place.base, self.box.end
        idat = self.children.get(b"idat")
        if place.construction == 1 and idat is not None:
            base, limit = base + idat.body, idat.end
        elif place.construction != 0 or place.reference:
            raise media_error("media.damaged")
        else:
            limit = 1 << 62
        found = [(base + at, base + at + length) for _, at, length in place.extents]
        if any(end > limit for _, end in found):
            raise media_error("media.damaged")
        return found

    def payload(self, file: BoxFile, item: Item) -> bytes:
        """An item's bytes, at most MAX_PACKET.

        Raises:
            MediaError: media.damaged, media.truncated, media.metadata_too_large.
        """
        place = self.places.of(item.number)
        ranges = [] if place is None else self.ranges(place)
        if sum(end - start for start, end in ranges) > MAX_PACKET:
            raise media_error("media.metadata_too_large")
        data = b"".join(file.take(start, end - start) for start, end in ranges)
        return heif_items.decoded(data, item.encoding, MAX_PACKET)


class PictureCarrier:
    """The Carrier of HEIC and AVIF."""

    def read(self, path: Path) -> Found:
        """See Carrier.read."""
        found = Found()
        try:
            with BoxFile(path) as file:
                for box in file.top():
                    if box.kind == b"meta":
                        _look_at_items(file, Pictures.read(file, box), found)
                    look(file, box, found)
        except MediaError as error:
            found.damaged = error.code
        return found

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """See Carrier.write.

        Raises:
            MediaError: also media.unsupported_format (no still picture), media.cannot_write.
        """
        with BoxFile(source) as file:
            survey = Survey.of(file)
            if survey.metas != 1:
                raise media_error("media.unsupported_format", format="HEIF without a still picture")
            survey.first = None  # XMP has its item; what a box says twice is taken out
            pictures = next(Pictures.read(file, box) for box in file.top() if box.kind == b"meta")
            payloads, blanks = _new_payloads(file, pictures, marks)
            layout = Layout()
            fresh: dict[int, tuple[int, int]] = {}
            for box in file.top():
                if box == pictures.box:
                    layout.add(_meta(file, pictures, payloads, blanks, fresh))
                    for number, data in payloads.items():
                        fresh[number] = (layout.fresh(boxed(b"mdat", data)) + 8, len(data))
                elif box.kind == b"moov":
                    layout.add(moov_layout(file, box, label=None, offsets=_OFFSETS))
                elif box.kind != b"mdat":
                    layout.add(rest(file, box, survey, _OFFSETS))
                elif (box.body, box.end) not in blanks:  # else it was the old packet's own
                    layout.copy_blanking(box.start, box.end, [one for one in blanks if box.body <= one[0] < box.end])
            layout.copy(survey.end, file.size)
            layout.write(file, target)

    def content(self, path: Path) -> Content:
        """See Carrier.content: heif-items-v1.

        SHA-256 over every item that is not `mime`, `Exif` or `uri `, in the order of their numbers: its type (4
        bytes), its length (8 bytes, big-endian), its bytes. Of a file with a film, the packets-v1 digest follows (64
        ASCII characters). Not covered: item properties such as rotation, and how items refer to each other.
        """
        digest = hashlib.sha256()
        film = False
        with BoxFile(path) as file:
            pictures = None
            for box in file.top():
                film = film or box.kind == b"moov"
                if box.kind == b"meta" and pictures is None:
                    pictures = Pictures.read(file, box)
            if pictures is None:
                raise media_error("media.damaged")
            left = file.size
            for item in sorted(pictures.items, key=lambda one: one.number):
                place = pictures.places.of(item.number)
                if not item.is_picture or place is None:
                    continue
                ranges = pictures.ranges(place)
                length = sum(end - start for start, end in ranges)
                left -= length
                if left < 0:
                    raise media_error("media.damaged")  # the same bytes again and again
                digest.update(item.kind + length.to_bytes(8, "big"))
                for start, end in ranges:
                    for block in file.stream(start, end - start):
                        digest.update(block)
        if film:
            digest.update(packets.content(path, demuxer="mov").sha256.encode("ascii"))
        return Content("heif-items-v1", digest.hexdigest())


def _look_at_items(file: BoxFile, pictures: Pictures, found: Found) -> None:
    for number, item in enumerate(pictures.xmp_items(), 1):
        packet = pictures.payload(file, item)
        place = PLACE if number == 1 else f"{PLACE}.{number}"
        claim(found, (Claim(place, text) for text in claims_in(packet)))
        found.source_types += xmp.source_types(packet)
    for item in pictures.items:
        if item.kind == b"Exif":
            comment = _exif(pictures.payload(file, item)).user_comment
            if comment is not None and b"ContentProducer" in comment.replace(b"\0", b""):
                text = comment.replace(b"\0", b"").decode("utf-8", "replace")
                claim(found, [Claim("exif.user_comment", text[: aigc.MAX_JSON])])


def _exif(payload: bytes) -> Exif:
    """The EXIF block of an item; its first four bytes say how far in the block begins."""
    return Exif(payload[4 + int.from_bytes(payload[:4], "big") :])


def _new_payloads(file: BoxFile, pictures: Pictures, marks: Marks) -> tuple[dict[int, bytes], list[tuple[int, int]]]:
    """New bytes by item number, that of the label first; and the ranges of the file that nothing needs any more."""
    items = pictures.xmp_items()
    if items:
        number, existing = items[0].number, pictures.payload(file, items[0])
    else:
        numbers = [item.number for item in pictures.items] + [place.item for place in pictures.places.entries]
        number, existing = max(numbers, default=0) + 1, None
    payloads = {
        number: xmp.merged(existing, label_json=marks.label.to_json(), source_type=marks.source_type),
    }
    for item in items[1:]:
        packet = pictures.payload(file, item)
        if claims_in(packet) or xmp.source_types(packet):
            payloads[item.number] = xmp.unmarked(packet) or b" "
    for item in pictures.items:
        if item.kind == b"Exif":
            payload = pictures.payload(file, item)
            without = _without_comment(payload)
            if without != payload:
                payloads[item.number] = without
    return payloads, _unused(pictures, set(payloads))


def _without_comment(payload: bytes) -> bytes:
    """The EXIF item with zeros where a label stood in UserComment."""
    start = 4 + int.from_bytes(payload[:4], "big")
    view = Exif(payload[start:])
    comment = view.user_comment
    if comment is None or b"ContentProducer" not in comment.replace(b"\0", b""):
        return payload
    out = bytearray(payload)
    for entry in view.entries:
        if entry.tag == USER_COMMENT and entry.ifd == 2:
            first = start + entry.start
            out[first : first + entry.length] = bytes(entry.length)
    return bytes(out)


def _unused(pictures: Pictures, replaced: set[int]) -> list[tuple[int, int]]:
    """Ranges of replaced items that no other item shares: an old label shall not stay as dead bytes."""
    free: list[tuple[int, int]] = []
    taken: list[tuple[int, int]] = []
    for place in pictures.places.entries:
        try:
            ranges = pictures.ranges(place)
        except MediaError:
            continue  # stands elsewhere
        if place.item in replaced:
            free += ranges
        else:
            taken += ranges
    free = sorted(set(free))[:100]
    clear = [one for one in free if not any(one[0] < end and start < one[1] for start, end in taken)]
    return [one for n, one in enumerate(clear) if n == 0 or clear[n - 1][1] <= one[0]]


def _meta(
    file: BoxFile,
    pictures: Pictures,
    payloads: dict[int, bytes],
    blanks: list[tuple[int, int]],
    fresh: dict[int, tuple[int, int]],
) -> Layout:
    """The `meta` with the items of `payloads` at their new places."""
    number = next(iter(payloads))
    exif = {item.number for item in pictures.items if not item.is_xmp}
    packets = [one for one in payloads if one not in exif]
    for one in payloads:
        pictures.places.put(one)
    references = list(pictures.references)
    if not any(kind == b"cdsc" and source == number for kind, source, _ in references):
        references.append((b"cdsc", number, [pictures.primary]))
    old = pictures.children.get(b"iref")
    iref = heif_items.iref_box(references, wide=old is not None and file.take(old.body, 1)[0] > 0)
    content = Layout()
    content.copy(pictures.box.body, pictures.box.body + 4)
    at = pictures.box.body + 4
    for child in file.inside(at, pictures.box.end):
        at = child.end
        if child == pictures.children[b"iinf"]:
            content.fresh(heif_items.with_packets(file, child, packets))
        elif child == pictures.children[b"iloc"]:
            content.add(pictures.places.layout(fresh))
        elif child == old:
            content.fresh(iref)
        elif child.kind == b"idat":
            content.copy_blanking(child.start, child.end, [one for one in blanks if child.body <= one[0] < child.end])
        else:
            content.copy(child.start, child.end)
    if old is None:
        content.fresh(iref)
    content.copy(at, pictures.box.end)
    return wrapped(b"meta", content)


CARRIERS: dict[str, Carrier] = {name: PictureCarrier() for name in ("heic", "avif")}
