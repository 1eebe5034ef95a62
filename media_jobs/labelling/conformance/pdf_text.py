"""The words on the first and last page of a PDF, as far as its fonts tell which characters they show (ToUnicode)."""

import re
from pathlib import Path
from typing import Any

import pikepdf

from media_jobs.labelling.readback.pdf_page import Screen

_FAINT = 1.2  # contrast
_TINY = 2.0  # points
_DEPTH = 3  # forms within forms
_MOST = 20_000  # characters a page
_SHOW = {"Tj", "TJ", "'", '"'}
_MOVE = {"Td", "TD", "T*", "Tm", "ET"}


def pages(path: Path) -> list[list[str]]:
    """The lines of every page; only those of the first and last are really read, the others are empty.

    Raises:
        ValueError: no PDF, or an encrypted one.
    """
    try:
        with pikepdf.open(path) as document:
            count = len(document.pages)
            wanted = {0, count - 1}
            return [_lines(document.pages[number]) if number in wanted else [] for number in range(count)]
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise ValueError(str(error)[:100]) from None


def _lines(page: pikepdf.Page) -> list[str]:
    text: list[str] = []
    _read(page.obj, page.obj.get("/Resources"), text, _DEPTH)
    lines = "".join(text)[:_MOST].split("\n")
    hidden = _hidden(page)
    return [line for line in lines if re.sub(r"\s", "", line) not in hidden]


def _hidden(page: pikepdf.Page) -> set[str]:
    """Words that are drawn so that nobody sees them, and nowhere else; none where the page cannot be followed."""
    try:
        screen = Screen(page)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError, pikepdf.PdfError):
        return set()
    told: dict[str, bool] = {}
    for run in screen.runs:
        words = re.sub(r"\s", "", run.text)
        outside = not (-0.5 <= run.x <= screen.width and -0.5 <= run.y <= screen.height)
        faint = screen.contrast(run) < _FAINT
        gone = bool(run.unseen) or run.mode in {3, 7} or run.size < _TINY or outside or faint or screen.covered(run)
        told[words] = told.get(words, True) and gone
    return {words for words, gone in told.items() if gone}


def _read(content: Any, resources: Any, text: list[str], depth: int) -> None:
    """Add what a page or form shows, a line feed wherever the pen moves."""
    fonts = _fonts(resources)
    current: dict[bytes, str] | None = None
    wide = False
    for instruction in pikepdf.parse_content_stream(content):
        operands, name = list(instruction.operands), str(instruction.operator)
        if name == "Tf" and operands:
            current, wide = fonts.get(str(operands[0]), (None, False))
        elif name in _SHOW and operands:
            pieces = operands[-1] if name == "TJ" else [operands[-1]]
            text += [_shown(bytes(one), current, wide) for one in pieces if isinstance(one, pikepdf.String)]
            if name in {"'", '"'}:
                text.append("\n")
        elif name in _MOVE:
            text.append("\n")
        elif name == "Do" and operands and depth and resources is not None:
            form = resources.get("/XObject", {}).get(str(operands[0]))
            if form is not None and form.get("/Subtype") == "/Form":
                _read(form, form.get("/Resources", resources), text, depth - 1)
        if len(text) > _MOST:
            return


def _shown(raw: bytes, table: dict[bytes, str] | None, wide: bool) -> str:  # noqa: FBT001 - a font's two facts
    if table is None:
        return raw.decode("utf-16-be", "replace") if raw.startswith(b"\xfe\xff") else raw.decode("cp1252", "replace")
    step = 2 if wide else 1
    return "".join(table.get(raw[at : at + step], "") for at in range(0, len(raw), step))


def _fonts(resources: Any) -> dict[str, tuple[dict[bytes, str] | None, bool]]:
    """{name: (code to text or None, two bytes a code)}."""
    found: dict[str, tuple[dict[bytes, str] | None, bool]] = {}
    if resources is None or "/Font" not in resources:
        return found
    for name, font in list(resources["/Font"].items())[:200]:
        wide = font.get("/Subtype") == "/Type0"
        table = _table(font["/ToUnicode"].read_bytes()) if isinstance(font.get("/ToUnicode"), pikepdf.Stream) else None
        found[name] = (table, wide)
    return found


def _table(cmap: bytes) -> dict[bytes, str]:
    """A ToUnicode map: its bfchar and bfrange entries, at most 70,000."""
    table: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[_bytes(code)] = _bytes(text).decode("utf-16-be", "replace")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(
            rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<[0-9A-Fa-f]+>|\[[^\]]*\])", block
        ):
            start, width = int(first, 16), len(_bytes(first))
            count = min(int(last, 16) - start + 1, 70_000 - len(table))
            given = re.findall(rb"<([0-9A-Fa-f]+)>", text)
            for offset in range(max(0, count)):
                if text.startswith(b"["):
                    if offset >= len(given):
                        break
                    shown = _bytes(given[offset]).decode("utf-16-be", "replace")
                else:
                    shown = chr(min(int(given[0][-4:], 16) + offset, 0xFFFF))
                table[(start + offset).to_bytes(width, "big")] = shown
    return table


def _bytes(digits: bytes) -> bytes:
    return bytes.fromhex(digits.decode().rjust(len(digits) + len(digits) % 2, "0"))
