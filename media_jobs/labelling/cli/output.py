"""How answers look on a terminal, and refusals everywhere."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from media_jobs.isolation.errors import PortableError, fill
from media_jobs.labelling import provider_code
from media_jobs.labelling.cli.status import NO, UNREADABLE, USAGE

_SHORT = 64
# Refusals that are about what was asked for, not about the file.
_ASKED_WRONGLY = {"media.output_is_input", "media.cannot_write"}
_ABOUT_WORDS = ("label.", "provider.", "signing.bad_key", "c2pa.bad_chain")
_HELD = {"media.foreign_label", "label.disagree", "label.unreadable"}


def line(text: str = "") -> None:
    """One line on standard output."""
    sys.stdout.write(text + "\n")


def json_answer(value: Mapping[str, Any]) -> None:
    """The one JSON object that `--json` promises."""
    line(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True))


def table(rows: Iterable[tuple[str, ...]], *, indent: str = "  ") -> None:
    """Columns as wide as their widest cell."""
    cells = list(rows)
    if not cells:
        return
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        line((indent + "  ".join(padded)).rstrip())


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if ord(character) >= 0x1100 else 1 for character in text)


def findings(rows: Iterable[Mapping[str, Any]]) -> None:
    """Findings as sentences with their clauses."""
    for row in rows:
        clause = f" [{row['clause']}]" if row["clause"] else ""
        line(f"  {row['severity']}: {printable(fill(str(row['message']), dict(row['params'])))}{clause}")


def printable(text: object) -> str:
    """Foreign text without control characters, which could move a terminal's cursor."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "�", str(text))[:300]


def code_shown(value: str) -> str:
    """A provider code for display; one that holds a person's ID-card number is masked."""
    described = provider_code.describe(value)
    if described and described["subject_type"] == provider_code.INDIVIDUAL:
        return f"{value[:4]}{'*' * 18}{value[22:]}"
    return printable(value)


def value_shown(key: str, value: str) -> str:
    """One of a label's seven values for display: ID-card numbers masked, security data shortened."""
    if key.startswith("Content"):
        return code_shown(value)
    if key.startswith("ReservedCode") and len(value) > _SHORT:
        return f"{printable(value[:_SHORT])}… ({len(value)} characters)"
    return printable(value)


def refused(error: PortableError, *, as_json: bool, exit_code: int | None = None) -> int:
    """Say why not, on stderr (or as JSON on stdout), and choose the exit code."""
    if exit_code is None:
        exit_code = UNREADABLE
        if error.code in _HELD:
            exit_code = NO
        elif error.code in _ASKED_WRONGLY or error.code.startswith(_ABOUT_WORDS):
            exit_code = USAGE
    sentence = fill(error.message, error.params)
    if as_json:
        told = {"code": error.code, "message": sentence, "params": error.params, "way_out": error.way_out}
        json_answer({"conformant": False, "error": told})
    else:
        sys.stderr.write(f"hallmark: {printable(sentence)} [{error.code}]\n")
        if error.way_out:
            sys.stderr.write(f"  {error.way_out}\n")
    return exit_code


def progress(what: str) -> Callable[[float, float], None] | None:
    """Something that shows how far a child is, on a terminal only."""
    if not sys.stderr.isatty():
        return None

    def show(done: float, total: float) -> None:
        share = f"{min(done / total, 1):4.0%}" if total else f"{done:.0f}"
        sys.stderr.write(f"\r{what} {share}\x1b[K")
        sys.stderr.flush()

    return show


def progress_done() -> None:
    """Take the progress line away again."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
