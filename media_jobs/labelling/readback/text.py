"""Look at a labelled document: are the first and the last line the label, can it be seen, and is the rest untouched?"""

import re
from pathlib import Path
from typing import Any, Protocol

from media_jobs.isolation.errors import gettext_noop
from media_jobs.labelling.readback import text_lines, text_office, text_pdf
from media_jobs.labelling.readback.findings import CLAUSES, TEXTS, Findings, Walked

TEXTS |= {
    "readback.text_first": gettext_noop("The document does not begin with its label"),
    "readback.text_last": gettext_noop("The document does not end with its label"),
    "readback.text_rest": gettext_noop("The document was changed outside its label: %(where)s"),
    "readback.text_hidden": gettext_noop("The label in the document cannot be seen: %(why)s"),
}
CLAUSES |= dict.fromkeys(("readback.text_first", "readback.text_last", "readback.text_hidden"), "GB 45438-2025 5.1")


class Looker(Protocol):
    """One family of documents: text_lines, text_office, text_pdf."""

    def walk(self, path: Path, container: str) -> Walked:
        """See Measurer.walk."""
        ...

    def look(self, path: Path, original: Path, *, container: str, report: dict[str, Any]) -> dict[str, Any]:
        """What is to be seen.

        Returns:
            first, last (the words found there, "" for none), hidden (why they cannot be seen, or ""), rest (list of
            what differs elsewhere; without an explicit label: anywhere), and figures: contrast, height (points),
            required.

        Raises:
            OSError, ValueError, KeyError, ...: it cannot be read.
        """
        ...


_LOOKERS: dict[str, Looker] = {
    **dict.fromkeys(("txt", "md", "html"), text_lines),
    **dict.fromkeys(("docx", "pptx", "xlsx"), text_office),
    "pdf": text_pdf,
}


def walk(path: Path, *, container: str) -> Walked:
    """See Measurer.walk."""
    try:
        return _LOOKERS[container].walk(path, container)
    except Exception:  # whatever a library stumbles over is a fault of the file
        return Walked(container=container, faults=["order"])


def measure(
    path: Path, original: Path, *, report: dict[str, Any], findings: Findings, measured: dict[str, Any]
) -> None:
    """See Measurer.measure."""
    container = str(report.get("container", ""))
    try:
        seen = _LOOKERS[container].look(path, original, container=container, report=report)
    except Exception:  # as above: never raises
        findings.add("readback.unreadable")
        return
    measured |= {key: value for key, value in seen.items() if key not in {"hidden", "rest"}}
    for where in seen["rest"]:
        findings.add("readback.text_rest", where=where)
    if not report.get("explicit", True):
        return
    wanted = str(report.get("text", ""))
    if not (re.search("人工智能|AI", wanted) and re.search("生成|合成", wanted)):
        findings.add("readback.elements")
    for code, words in (("readback.text_first", seen["first"]), ("readback.text_last", seen["last"])):
        if _squeezed(wanted) != _squeezed(words):
            findings.add(code)
    if seen["hidden"]:
        findings.add("readback.text_hidden", why=seen["hidden"])


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
