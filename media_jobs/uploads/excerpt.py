"""Child side: the beginning of a text for a person's eyes, under its label. Knows no Django.

No unlabelled synthetic text leaves the store, not even as a preview (Provisions Art. 18): the label's words stand in
the first and in the last line, as GB 45438-2025 5.1 has them.
"""

import html
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any

# What is looked at for a preview; longer texts are shown from their beginning.
_UNPACKED = 2 * 1024 * 1024
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)  # unlike lower(), keeps every position
_NAME = re.compile(r"/?[a-z][a-z0-9:]{0,30}")
_UNSEEN = {"script", "style", "head", "template"}
_BREAKS = {"br", "/p", "/div", "/li", "/tr", *(f"/h{level}" for level in range(1, 7)), "/w:p", "w:br", "/a:p"}


def make(payload: dict[str, Any]) -> dict[str, Any]:
    """Write the first {"characters"} of {"path"} ({"format"}: container name) to {"output"} as UTF-8.

    "text" is the label to put around it ("" or absent: none). A format without a plain beginning (PDF pages that hold
    pictures only) gives an empty excerpt, never an error.

    Returns:
        {"characters": how many are shown, "whole": nothing was left out}.
    """
    words, most = str(payload.get("text", "")), int(payload["characters"])
    found = re.sub(r"\n{3,}", "\n\n", _plain(Path(payload["path"]), str(payload["format"]))).strip()
    shown = found[:most]
    whole = len(shown) == len(found)
    lines = [shown if whole else f"{shown}…"]
    if words:
        lines = [words, "", *lines, "", words]
    Path(payload["output"]).write_text("\n".join(lines), encoding="utf-8")
    return {"characters": len(shown), "whole": whole}


def _plain(path: Path, name: str) -> str:
    if name in {"docx", "pptx"}:
        return "\n".join(_without_tags(part) for part in _parts(path, name))
    if name == "pdf":
        return _of_pdf(path)
    with path.open("rb") as file:
        data = file.read(_UNPACKED)
    text = _decoded(data)
    return _without_tags(text) if name == "html" else text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _without_tags(text: str) -> str:
    """The text between the tags, in one pass: what is never closed ends the reading, nothing is searched for twice."""
    pieces: list[str] = []
    lower, at = text.translate(_LOWER), 0
    while (start := text.find("<", at)) >= 0:
        pieces.append(text[at:start])
        end = text.find("-->", start) + 2 if text.startswith("<!--", start) else text.find(">", start)
        name = _NAME.match(lower, start + 1)
        if name and name[0] in _UNSEEN and end >= 0:
            closing = lower.find(f"</{name[0]}", end)
            end = text.find(">", closing) if closing >= 0 else -1
        if end < start:
            return html.unescape("".join(pieces))
        if name and name[0] in _BREAKS:
            pieces.append("\n")
        at = end + 1
    return html.unescape("".join([*pieces, text[at:]]))


def _parts(path: Path, name: str) -> Iterable[str]:
    """Yield the XML of a package's text parts, in reading order, each bounded."""
    pattern = r"word/document\.xml" if name == "docx" else r"ppt/slides/slide(\d+)\.xml"
    with zipfile.ZipFile(path) as package:
        found = [entry for entry in package.infolist() if re.fullmatch(pattern, entry.filename)]
        for entry in sorted(found, key=lambda one: (len(one.filename), one.filename)):
            with package.open(entry) as part:
                yield part.read(_UNPACKED).decode("utf-8", "replace")


def _of_pdf(path: Path) -> str:
    """The strings that the first pages show, as far as they are written in the open."""
    import pikepdf

    pieces: list[str] = []
    with pikepdf.open(path) as document:
        for page in document.pages[:3]:
            for instruction in pikepdf.parse_content_stream(page, "Tj TJ ' \""):
                for operand in instruction.operands:
                    items = operand if isinstance(operand, pikepdf.Array) else [operand]
                    pieces += [str(item) for item in items if isinstance(item, pikepdf.String)]
                pieces.append("\n")
    text = "".join(pieces)
    return text if text.isprintable() or "\n" in text else ""
