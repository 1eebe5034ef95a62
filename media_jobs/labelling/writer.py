"""The one way to a labelled file: explicit label, signed AIGC metadata, complete or not at all.

Two steps that may run in two child processes, with the signing key in neither: `draw_file` decodes and encodes, and
`mark_file` writes metadata into what came out. `label_file` is both for a caller who trusts the file.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from io import BufferedReader
from pathlib import Path
from typing import Any

from media_jobs.labelling import containers, digital_source, reader, sidecar
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.containers import Medium
from media_jobs.labelling.errors import MediaError, media_error
from media_jobs.labelling.labellers import labeller
from media_jobs.labelling.marks import Content, Marks
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.wish import Wish

Signing = Callable[[AigcLabel, Content], AigcLabel]


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
    with _part(target) as part, ThreadPoolExecutor(1) as aside:
        report, content = _drawn(source, part, aside, producer=producer, wish=wish, name=name)
        report["content"] = _told(content.result())
        _into_place(part, target)
    return report


def _drawn(
    source: Path, part: Path, aside: Executor, *, producer: str, wish: Wish, name: str
) -> tuple[dict[str, Any], Future[Content]]:
    """draw_file into a file that nobody else sees, and that need not outlive a power cut.

    Args:
        aside: hashes meanwhile, and looks a picture over for labels; any other medium, whose decoding may take
            long, is looked over first.

    Returns:
        draw_file's report without the digest of the content, and that.
    """
    wish.check()
    container = containers.recognise(source, name=name)
    refused = aside.submit(_refuse_foreign, source, producer, container)
    if container.medium != Medium.IMAGE:
        refused.result()
    source_sha256 = aside.submit(_sha256, source)
    try:
        report = labeller(container).put(source, part, container=container, wish=wish)
    finally:
        refused.result()
    content = aside.submit(carrier(container).content, part)
    return {
        **report,
        "medium": str(container.medium),
        "container": container.name,
        "mime": container.mime,
        "explicit": wish.explicit,
        "name": name,
        "source_sha256": source_sha256.result(),
    }, content


def mark_file(
    source: Path, target: Path, *, label: AigcLabel, digital_source_type: str, name: str = ""
) -> dict[str, Any]:
    """Write `target`: the same media with `label` as its only AIGC label and the IPTC source type.

    Whether an older label may be replaced is the caller's matter (draw_file, settle).

    Returns:
        container, mime, location, sha256, size, sidecar (name of the file `<target>.aigc.json` that was written beside
        a target without room for metadata and belongs to it, or "").

    Raises:
        MediaError: media.*, label.*.
    """
    _other_file(source, target)
    with _part(target) as part, ThreadPoolExecutor(1) as aside:
        return _marked(source, part, target, Marks(label, digital_source_type), name=name, aside=aside)


def _marked(
    source: Path,
    part: Path,
    target: Path,
    marks: Marks,
    *,
    name: str,
    aside: Executor,
    content: "Future[Content] | None" = None,
) -> dict[str, Any]:
    """mark_file by way of a file that nobody else sees.

    Args:
        content: a digest still being made: what cannot be digested is not put in place.
    """
    marks.label.check()
    digital_source.checked(marks.source_type)
    container = containers.recognise(source, name=name)
    carrier(container).write(source, part, marks)
    if content is not None:
        content.result()
    size = part.stat().st_size
    beside = sidecar.beside(target) if sidecar.beside(part).exists() else None
    if beside is not None:
        _into_place(sidecar.beside(part), beside)  # first: a file is never there without its label
    try:
        with part.open("rb") as file:
            digest = aside.submit(_hashed, file)  # the disk and the processor at once
            try:
                _into_place(part, target)
            finally:
                sha256 = digest.result()
    except MediaError:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise
    return {
        "container": container.name,
        "mime": container.mime,
        "location": container.place,
        "sidecar": "" if beside is None else beside.name,
        "sha256": sha256,
        "size": size,
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
    with _part(target) as drawn, ThreadPoolExecutor(1) as aside:
        producer = label.content_producer
        report, content = _drawn(source, drawn, aside, producer=producer, wish=wish or Wish(), name=name)
        if signing is not None:
            label = signing(label, content.result())
        part = drawn.with_name(f"marked{target.suffix}")
        marks = Marks(label, digital_source_type)
        marked = _marked(drawn, part, target, marks, name=name or source.name, aside=aside, content=content)
        report["content"] = _told(content.result())
    return {**report, **marked, "label": label.values()}


def _told(content: Content) -> dict[str, str]:
    return {"method": content.method, "sha256": content.sha256}


def _refuse_foreign(source: Path, producer: str, container: containers.Container) -> None:
    """Nobody replaces somebody else's label (Labelling Measures Art. 10); one that cannot be read counts as such."""
    for one in reader.labels_in(source, container):
        if one["values"].get("ContentProducer") != producer:
            raise media_error("media.foreign_label")


def _other_file(source: Path, target: Path) -> None:
    if target.exists() and source.exists() and target.samefile(source):
        raise media_error("media.output_is_input")
    if target.exists() and not target.is_file():
        raise media_error("media.cannot_write")  # a device or pipe would be replaced by a file of its name


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
    with path.open("rb") as file:
        return _hashed(file)


def _hashed(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
