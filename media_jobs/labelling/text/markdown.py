"""Markdown: the label as a paragraph of its own after the front matter and at the end; no block is broken or joined."""

import re
import shutil
from pathlib import Path

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import front_matter, words
from media_jobs.labelling.text import plain
from media_jobs.labelling.wish import Wish

_FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
_LIST_ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)")
# CommonMark 4.6, kinds 1 to 5: HTML blocks that only their own end closes.
_BLOCKS = (
    (
        re.compile(r" {0,3}<(?:script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE),
        re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    ),
    (re.compile(r" {0,3}<!--"), re.compile(r"-->")),
    (re.compile(r" {0,3}<\?"), re.compile(r"\?>")),
    (re.compile(r" {0,3}<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r" {0,3}<![A-Za-z]"), re.compile(r">")),
)  # fmt: skip
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!<>&|~])")


def put(source: Path, target: Path, label: str, wish: Wish) -> dict[str, object]:
    """Write `target`; see label.put.

    Raises:
        MediaError: text.unclosed, text.encoding, text.label_not_in_encoding.
    """
    document = words.read(source)
    if not wish.explicit:
        shutil.copyfile(source, target)
        return {"encoding": document.encoding}
    label = _SPECIAL.sub(r"\\\1", label)
    begin = begin_of(document.text)
    document = plain.without_labels(document, label, begin=begin)
    text, newline = document.text, document.newline
    notes = []
    open_fence = unclosed(text[begin:])
    head = "" if begin == 0 or text[begin - 1] in "\r\n" else newline
    tail = ""
    if not text.endswith(("\n", "\r")):
        tail = newline
    if open_fence:
        notes.append("fence_closed")
        tail += open_fence + newline
    body = text[begin:]
    if open_fence or not re.search(r"(?:\A|\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))+\Z", body):
        tail += newline  # without a blank line the label would go on the last paragraph, item or quotation
    blank = "" if re.match(r"[ \t]*(\r|\n)", body) else newline
    target.write_bytes(
        document.with_inserted((begin, f"{head}{label}{newline}{blank}"), (len(text), f"{tail}{label}{newline}"))
    )
    return {"encoding": document.encoding, "notes": notes}


def begin_of(text: str) -> int:
    """Where the document's own text begins: after YAML (or TOML) front matter, which must come first."""
    head = front_matter.find(text)
    if head is not None:
        return head.after
    toml = re.match(r"\+\+\+[ \t]*(?:\r\n|\n|\r).*?(?:\r\n|\n|\r)\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)", text, re.DOTALL)
    return toml.end() if toml else 0


def unclosed(text: str) -> str:
    """The fence that closes a code block which the document leaves open, or "".

    Raises:
        MediaError: text.unclosed: it ends in an HTML block or comment, or in a fence that may belong to a list.
    """
    fence, indent, in_list, block = "", 0, False, None
    for row in re.split(r"\r\n|\n|\r", text):
        if block is not None:
            block = None if block.search(row) else block
        elif fence:
            closing = re.match(rf" {{0,3}}({re.escape(fence[0])}{{{len(fence)},}})[ \t]*$", row)
            if closing or (in_list and row.strip() and not row.startswith(" ")):
                fence = ""  # text at the margin ends a list item, and with it the code in it
                if closing is None:
                    in_list = bool(_LIST_ITEM.match(row))
        elif found := _FENCE.match(row):
            fence, indent = found[2], len(found[1])
            in_list = in_list and indent > 0
        elif row.strip():
            in_list = bool(_LIST_ITEM.match(row)) or (in_list and row.startswith((" ", "\t")))
            block = next((end for start, end in _BLOCKS if start.match(row) and not end.search(row)), None)
    if block is not None:
        raise media_error("text.unclosed", what="an HTML block")
    if fence and indent and in_list:
        return ""  # the label at the margin ends the list item, and the fence with it
    return fence
