"""TXT: the label as first and last line; encoding, byte order mark and line ends stay."""

import shutil
from pathlib import Path

from media_jobs.labelling.metadata import words
from media_jobs.labelling.metadata.words import Words
from media_jobs.labelling.text import line
from media_jobs.labelling.wish import Wish


def put(source: Path, target: Path, label: str, wish: Wish) -> dict[str, object]:
    """Write `target`; see label.put.

    Raises:
        MediaError: text.encoding, text.label_not_in_encoding.
    """
    document = words.read(source)
    if not wish.explicit:
        shutil.copyfile(source, target)
        return {"encoding": document.encoding}
    document = without_labels(document, label, begin=0)
    newline, text = document.newline, document.text
    gap = "" if not text or text.endswith(("\n", "\r")) else newline
    target.write_bytes(document.with_inserted((0, label + newline), (len(text), f"{gap}{label}{newline}")))
    return {"encoding": document.encoding}


def without_labels(document: Words, label: str, *, begin: int) -> Words:
    """The document without an earlier label in the first line after `begin` and in its last line."""
    text = document.text
    first = _line_end(text, begin)
    ranges = []
    if line.is_label(text[begin : first[0]], label):
        ranges.append((begin, first[1]))
    bare = len(text.rstrip("\r\n"))
    last = max(text.rfind("\n", 0, bare), text.rfind("\r", 0, bare)) + 1
    if last >= first[1] and line.is_label(text[last:bare], label):
        ranges.append((last, len(text)))
    return document.without(*ranges)


def _line_end(text: str, begin: int) -> tuple[int, int]:
    """Where the line that begins here ends, without and with its line end."""
    ends = [at for at in (text.find("\n", begin), text.find("\r", begin)) if at >= 0]
    if not ends:
        return len(text), len(text)
    end = min(ends)
    return end, end + (2 if text.startswith("\r\n", end) else 1)
