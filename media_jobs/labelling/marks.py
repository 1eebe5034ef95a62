"""What the metadata part of this room exchanges: labels as found, labels to write, a digest of the content."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from media_jobs.labelling.aigc import AigcLabel


@dataclass(frozen=True)
class Claim:
    """One AIGC label as it stands in a file.

    Attributes:
        place: where: the container's `place` for the lawful one ("jpeg.app1.xmp"), another name elsewhere.
        text: the JSON as found, at most aigc.MAX_JSON characters.
        form: how, where it is not the standard's form: "attribute", "comment", ...; "" where it is.
    """

    place: str
    text: str
    form: str = ""


@dataclass
class Found:
    """All that a file says of its origin.

    Attributes:
        claims: every AIGC label, in the order of the file.
        source_types: every IPTC digital source type.
        c2pa: a C2PA manifest is there.
        damaged: code of the MediaError that ended the reading early, or "".
        end: offset of the byte after the container's end, -1 where it is not known: what follows is no part of it.
        properties: names of the other metadata, such as "xmp dc:title" or "exif 0x010f", sorted.
    """

    claims: list[Claim] = field(default_factory=list)
    source_types: list[str] = field(default_factory=list)
    c2pa: bool = False
    damaged: str = ""
    end: int = -1
    properties: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Marks:
    """What to write: the one AIGC label, and the IPTC digital source type beside it (full address)."""

    label: AigcLabel
    source_type: str


@dataclass(frozen=True)
class Content:
    """A digest over the media alone: the same before and after the metadata are written, and after a re-mux.

    Attributes:
        method: names exactly which bytes were hashed and how: "packets-v1", "png-idat-v1"; documented in
            docs/signatures.md, never changed once released.
        sha256: hex.
    """

    method: str
    sha256: str


class Carrier(Protocol):
    """Metadata of one container: reads every place where a label could be, writes exactly one.

    No carrier decodes media. Memory stays bounded whatever the file claims; a broken file raises MediaError.
    """

    def read(self, path: Path) -> Found:
        """All labels in all known places, ours and foreign; damage ends the reading and is named, never raised."""
        ...

    def write(self, source: Path, target: Path, marks: Marks) -> None:
        """A copy of `source` with `marks` as its only label, in its lawful place; media and other tags untouched.

        Args:
            target: does not exist yet; may be left half-written when an error is raised (the caller removes it).

        Raises:
            MediaError: media.truncated, media.damaged, media.metadata_too_large.
        """
        ...

    def content(self, path: Path) -> Content:
        """The digest of the media.

        Raises:
            MediaError: media.truncated, media.damaged.
        """
        ...
