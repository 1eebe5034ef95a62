"""The comment header of Vorbis, Opus and FLAC: read, cleaned, and written with one label."""

from dataclasses import dataclass, replace

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.marks import Found, Marks
from media_jobs.labelling.metadata import foreign

PLACE = "vorbis.comment"
_MAX_COMMENTS = 100_000


@dataclass(frozen=True)
class Comments:
    """One comment header.

    Attributes:
        vendor: who encoded.
        entries: "KEY=value", undecoded and in order.
        rest: what follows the list: Vorbis's framing bit, Opus's padding.
    """

    vendor: bytes
    entries: tuple[bytes, ...]
    rest: bytes = b""

    def encoded(self) -> bytes:
        """The header as it stands in a file."""
        parts = [_sized(self.vendor), len(self.entries).to_bytes(4, "little"), *map(_sized, self.entries), self.rest]
        return b"".join(parts)


def parse(data: bytes) -> Comments:
    """The comments of a header without its magic bytes.

    Raises:
        MediaError: media.damaged.
    """
    vendor, at = _field(data, 0)
    count = int.from_bytes(data[at : at + 4], "little")
    if len(data) < at + 4 or count > min(_MAX_COMMENTS, len(data) // 4):
        raise media_error("media.damaged", what="comment header")
    at += 4
    entries = []
    for _ in range(count):
        entry, at = _field(data, at)
        entries.append(entry)
    return Comments(vendor, tuple(entries), data[at:])


def _field(data: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(data[at : at + 4], "little")
    end = at + 4 + length
    if end > len(data) or at + 4 > len(data):
        raise media_error("media.damaged", what="comment header")
    return data[at + 4 : end], end


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(4, "little") + part


def read_into(found: Found, comments: Comments) -> None:
    """Add what the comments say of the file's origin."""
    for key, value in pairs(comments):
        if foreign.is_source_type(key):
            found.source_types.append(value)
        elif foreign.is_label(key, value):
            place = PLACE if foreign.LABEL_KEY in key.upper() else f"{PLACE}.{key[:40]}"
            foreign.claim(found, place, value)


def pairs(comments: Comments) -> list[tuple[str, str]]:
    """Key and value of every comment, as text."""
    split = (entry.partition(b"=") for entry in comments.entries)
    return [(key.decode("ascii", "replace"), value.decode("utf-8", "replace")) for key, _, value in split]


def marked(comments: Comments, marks: Marks) -> Comments:
    """The same comments with `marks` as the only label and source type."""
    ours = (
        b"AIGC=" + marks.label.to_json().encode("ascii"),
        b"DigitalSourceType=" + marks.source_type.encode("ascii"),
    )
    return replace(unmarked(comments), entries=(*unmarked(comments).entries, *ours))


def unmarked(comments: Comments) -> Comments:
    """Without any label and source type."""
    entries = tuple(
        entry
        for entry, (key, value) in zip(comments.entries, pairs(comments), strict=True)
        if not foreign.is_label(key, value) and not foreign.is_source_type(key)
    )
    return replace(comments, entries=entries)


def cleaned(comments: Comments) -> Comments:
    """Without positions, owners, serial numbers and e-mail addresses."""
    entries = tuple(
        entry
        for entry, (key, value) in zip(comments.entries, pairs(comments), strict=True)
        if not foreign.is_personal(key, "" if key.upper() == "METADATA_BLOCK_PICTURE" else value)
    )
    return replace(comments, entries=entries)
