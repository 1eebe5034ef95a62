"""Is the first or last line (slide, page) of a text a label with both elements (GB 45438-2025 5.1)?"""

import html
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.parsers import expat

from media_jobs.labelling.conformance import pdf_text
from media_jobs.labelling.readback.findings import Findings
from media_jobs.labelling.visible.layout import denies

_MOST = 64 * 1024 * 1024  # bytes of text that are looked at, unpacked
_LABEL_LENGTH = 48  # characters; a longer line that happens to hold the words is prose
# Both elements close together; 生成式 (generative) is a word of the subject, not of a label.
_ELEMENTS = re.compile("(?:人工智能|AI).{0,8}?(?:生成|合成)(?!式)|(?:生成|合成)(?!式).{0,4}(?:人工智能|AI)")
# Parts of a page that nobody sees as text.
_UNSEEN = re.compile(r"<!--.*?-->|<(script|style|head|template)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_HIDING = re.compile(
    r"\shidden(?=[\s=>/])|display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])|font-size\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)([^>]*)>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?(?:p|div|h[1-6]|li|ul|ol|tr|table|section|article|header|footer|body|main)\b)[^>]*>",
                    re.IGNORECASE)  # fmt: skip


def examine(path: Path, *, container: str, found: dict[str, Any], read_foreign: bool,
            findings: Findings, measured: dict[str, Any]) -> None:  # fmt: skip
    """Look at both ends; one of them suffices.

    `measured` gets text (the label's words), where ("start", "end", "both") and how many lines, slides or pages.
    """
    del found, read_foreign
    try:
        blocks = _READERS[container](path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, expat.ExpatError):
        findings.add("explicit.unreadable")
        return
    first, last = _label_in(blocks[0]) if blocks else "", _label_in(blocks[-1]) if blocks else ""
    measured["blocks"] = len(blocks)
    if not first and not last:
        findings.add("explicit.no_line")
        return
    measured |= {"text": first or last, "where": "both" if first and last else "start" if first else "end"}


def _label_in(lines: list[str]) -> str:
    """The label among the lines of a block: a line of its own, short, with both elements."""
    for line in lines:
        text = line.strip(" \t#>*_-—|[]()（）【】\u3000\ufeff")
        if len(text) <= _LABEL_LENGTH and _ELEMENTS.search(text) and not denies(text):
            return text
    return ""


def _plain(path: Path) -> list[list[str]]:
    return [[line] for line in _text(path).splitlines() if line.strip()]


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(_MOST)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _markdown(path: Path) -> list[list[str]]:
    """Without the YAML head, which no reader shows."""
    text = _text(path)
    head = re.match(r"---[ \t]*\r?\n.*?\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", text[: 256 * 1024], re.DOTALL)
    text = text[head.end() :] if head else text
    return [[line] for line in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).splitlines() if line.strip()]


def _html(path: Path) -> list[list[str]]:
    shown = _without_hidden(_UNSEEN.sub("", _text(path)))
    seen = re.sub(r"<[^>]*>", "", _BREAK.sub("\n", shown))
    return [[line] for line in html.unescape(seen).splitlines() if line.strip()]


def _without_hidden(text: str) -> str:
    """Leave out the elements that say of themselves that nobody sees them."""
    parts, at, name, depth = list[str](), 0, "", 0
    for tag in _TAG.finditer(text):
        closes, kind = bool(tag[1]), tag[2].lower()
        if name:
            depth += 0 if kind != name else -1 if closes else 1
            if depth == 0:
                name, at = "", tag.end()
        elif not closes and kind not in _VOID and _HIDING.search(tag[3] + ">"):
            parts.append(text[at : tag.start()])
            name, depth = kind, 1
    return "".join(parts) + ("" if name else text[at:])


def _docx(path: Path) -> list[list[str]]:
    with zipfile.ZipFile(path) as package:
        return [[line] for line in _paragraphs(package, "word/document.xml") if line.strip()]


def _pptx(path: Path) -> list[list[str]]:
    """The slides in the order in which they are shown."""
    with zipfile.ZipFile(path) as package:
        order = re.findall(r"<p:sldId\b[^>]*\br:id=\"([^\"]{1,40})\"", _part(package, "ppt/presentation.xml"))
        targets = dict(
            (match[1], match[0]) if swapped else match
            for swapped, pattern in (
                (False, r"\bId=\"([^\"]{1,40})\"[^>]*\bTarget=\"([^\"]{1,200})\""),
                (True, r"\bTarget=\"([^\"]{1,200})\"[^>]*\bId=\"([^\"]{1,40})\""),
            )
            for match in re.findall(pattern, _part(package, "ppt/_rels/presentation.xml.rels"))
        )
        names = [targets[one] for one in order if one in targets]
        ends = [names[0], names[-1]] if names else []
        shown = [_paragraphs(package, "ppt/" + name.removeprefix("/ppt/").removeprefix("ppt/")) for name in ends]
        return [shown[0], *([[]] * (len(names) - 2)), shown[-1]] if len(names) > 1 else shown[:1]


def _part(package: zipfile.ZipFile, name: str) -> str:
    with package.open(name) as file:
        return file.read(_MOST).decode("utf-8", "replace")


def _paragraphs(package: zipfile.ZipFile, name: str) -> list[str]:
    """The text of each paragraph of a WordprocessingML or DrawingML part."""
    lines: list[str] = []
    parts: list[str] = []
    open_text = [False]
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(tag: str, attributes: dict[str, str]) -> None:
        del attributes
        open_text[0] = tag.endswith(" t")

    def end(tag: str) -> None:
        open_text[0] = False
        if tag.endswith(" p"):
            lines.append("".join(parts))
            parts.clear()

    def text(data: str) -> None:
        if open_text[0]:
            parts.append(data)

    def refuse(*_: object) -> None:
        msg = "a DTD in an office document"
        raise ValueError(msg)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse
    with package.open(name) as file:
        parser.Parse(file.read(_MOST), True)  # noqa: FBT003 - the C signature
    return lines


_READERS: dict[str, Callable[[Path], list[list[str]]]] = {
    "txt": _plain,
    "md": _markdown,
    "html": _html,
    "docx": _docx,
    "pptx": _pptx,
    "pdf": pdf_text.pages,
}
