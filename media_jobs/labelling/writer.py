"""The one way to a labelled file: explicit label, signed AIGC metadata, complete or not at all.

Two steps that may run in two child processes, with the signing key in neither: `draw_file` decodes and encodes, and
`mark_file` writes metadata into what came out. `label_file` is both for a caller who trusts the file.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from media_jobs.labelling import containers, digital_source, reader
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import media_error
from media_jobs.labelling.labellers import labeller
from media_jobs.labelling.marks import Content, Marks
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.wish import Wish

Signing = Callable[[AigcLabel, Content], AigcLabel]
_CHUNK = 1024 * 1024


def draw_file(source: Path, target: Path, *, producer: str, wish: Wish, name: str = "") -> dict[str, Any]:
    """Write `target`: the content of `source` with the explicit label, not yet with AIGC metadata.

    Args:
        source: any file containers.recognise knows.
        target: another path; replaced when it exists.
        producer: our provider code: a label of anybody else is not ours to replace (Labelling Measures Art. 10).
        wish: what the label shall be.
        name: the name the file came with, for plain texts.

    Returns:
        the medium's report (labellers.Labeller.put), with medium, container, mime, explicit (bool),
        content: {method, sha256}, source_sha256.

    Raises:
        MediaError: media.*, label.*.
    """
    _other_file(source, target)
    with _part(target) as part:
        report = _drawn(source, part, producer=producer, wish=wish, name=name)
        _into_place(part, target)
    return report


def _drawn(source: Path, part: Path, *, producer: str, wish: Wish, name: str) -> dict[str, Any]:
    """draw_file into a file that nobody else sees, and that need not outlive a power cut."""
    wish.check()
    container = containers.recognise(source, name=name)
    _refuse_foreign(source, producer, container)
    with ThreadPoolExecutor(1) as aside:  # hashing lets the interpreter go on
        source_sha256 = aside.submit(_sha256, source)
        report = labeller(container).put(source, part, container=container, wish=wish)
    content = carrier(container).content(part)
    return {
        **report,
        "medium": str(container.medium),
        "container": container.name,
        "mime": container.mime,
        "explicit": wish.explicit,
        "name": name,
        "content": {"method": content.method, "sha256": content.sha256},
        "source_sha256": source_sha256.result(),
    }


def mark_file(
    source: Path, target: Path, *, label: AigcLabel, digital_source_type: str, name: str = ""
) -> dict[str, Any]:
    """Write `target`: the same media with `label` as its only AIGC label and the IPTC source type.

    Whether an older label may be replaced is the caller's matter (draw_file, settle).

    Returns:
        container, mime, location, sha256, size, sidecar (JSON text to put beside a file without metadata, or "").

    Raises:
        MediaError: media.*, label.*.
    """
    label.check()
    digital_source.checked(digital_source_type)
    _other_file(source, target)
    container = containers.recognise(source, name=name)
    with _part(target) as part:
        carrier(container).write(source, part, Marks(label, digital_source_type))
        _into_place(part, target)
    return {
        "container": container.name,
        "mime": container.mime,
        "location": container.place,
        "sha256": _sha256(target),
        "size": target.stat().st_size,
    }


def label_file(
    src: str | Path,
    dst: str | Path,
    *,
    label: AigcLabel,
    digital_source_type: str,
    wish: Wish | None = None,
    signing: Signing | None = None,
    name: str = "",
) -> dict[str, Any]:
    """draw_file and mark_file in one: `dst` appears complete or not at all.

    Args:
        src: any file containers.recognise knows.
        dst: another path; replaced when it exists.
        label: seven valid values; an existing label of the same producer is replaced.
        digital_source_type: full IPTC address.
        wish: default: the Chinese label "AI生成".
        signing: puts the signature into ReservedCode1, given the label and the digest of the labelled media.
        name: the name the file came with, for plain texts.

    Returns:
        the reports of both steps, and label: the seven values as written.

    Raises:
        MediaError: media.*, label.*.
    """
    label.check()
    digital_source.checked(digital_source_type)
    source, target = Path(src), Path(dst)
    _other_file(source, target)
    with _part(target) as drawn:
        report = _drawn(source, drawn, producer=label.content_producer, wish=wish or Wish(), name=name)
        if signing is not None:
            label = signing(label, Content(**report["content"]))
        marked = mark_file(
            drawn, target, label=label, digital_source_type=digital_source_type, name=name or source.name
        )
    return {**report, **marked, "label": label.values()}


def _refuse_foreign(source: Path, producer: str, container: containers.Container) -> None:
    """Nobody replaces somebody else's label (Labelling Measures Art. 10); one that cannot be read counts as such."""
    for one in reader.labels_in(source, container):
        if one["values"].get("ContentProducer") != producer:
            raise media_error("media.foreign_label")


def _other_file(source: Path, target: Path) -> None:
    if target.exists() and source.exists() and target.samefile(source):
        raise media_error("media.output_is_input")


@contextlib.contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A fresh name beside the target, gone afterwards whatever happened.

    Raises:
        MediaError: media.cannot_write.
    """
    try:
        folder = tempfile.mkdtemp(prefix=".hallmark.", dir=target.parent)
    except OSError:
        raise media_error("media.cannot_write") from None
    part = Path(folder) / f"part{target.suffix}"
    try:
        yield part
    finally:
        for left in Path(folder).iterdir():
            left.unlink()
        Path(folder).rmdir()


def _into_place(part: Path, target: Path) -> None:
    """Sync and rename: nobody ever sees half a file.

    Raises:
        MediaError: media.cannot_write.
    """
    try:
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        raise media_error("media.cannot_write") from None


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()
