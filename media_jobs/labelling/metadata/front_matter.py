"""YAML front matter at the head of a Markdown file: its top-level keys by position, and labels in any YAML style.

Not a YAML parser: it knows where one top-level key ends and the next begins, which is all that is needed to add one
key and keep every other byte, and it reads the few styles in which labels are written.
"""

import json
import re
from dataclasses import dataclass

from media_jobs.labelling.errors import media_error

_OPEN = re.compile(r"---[ \t]*(\r\n|\n|\r)")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_KEY = re.compile(r"""(?:"([^"\\]*)"|'([^']*)'|([^\s#"'\[\]{},&*!|>%@`?-][^#:]*?|-[^\s:#]+))[ \t]*:(?:[ \t]+(.*))?$""")
_PAIR = re.compile(
    r"""(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_]+))\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,}\s][^,}]*|)"""
)
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
MAX_HEAD = 256 * 1024  # characters in which the closing line must come


@dataclass(frozen=True)
class Key:
    """A top-level key: its name, the rest of its line, and the characters of the whole entry (start, end)."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Head:
    """Front matter.

    Attributes:
        start, end: the characters between the two lines of hyphens.
        after: where the document goes on.
        keys: the top-level keys in their order.
        plain: a block mapping with keys at the left margin (or empty): a key can be added at `end`.
    """

    start: int
    end: int
    after: int
    keys: list[Key]
    plain: bool


def find(text: str) -> Head | None:
    """The front matter of a document, or None.

    Raises:
        MediaError: text.too_much.
    """
    opened = _OPEN.match(text)
    if opened is None:
        return None
    at = opened.end()
    rows: list[tuple[int, str]] = []
    while at < min(len(text), MAX_HEAD):
        line = _LINE.match(text, at)
        if line is None:  # pragma: no cover - the pattern matches everywhere
            return None
        if re.fullmatch(r"(---|\.\.\.)[ \t]*", line[1]):
            keys, plain = _keys(rows, at)
            if not plain and not keys and not _is_flow(rows):
                return None  # two rules with prose between them
            return Head(opened.end(), at, line.end(), keys, plain)
        rows.append((at, line[1]))
        at = line.end()
    if len(text) > MAX_HEAD and _CLOSE.search(text, at) and _keys(rows, at)[0]:
        raise media_error("text.too_much")  # a head, and a label may stand in what was not read of it
    return None


def _is_flow(rows: list[tuple[int, str]]) -> bool:
    said = [line.strip() for _, line in rows if line.strip() and not line.lstrip().startswith("#")]
    return bool(said) and (said[0].startswith("{") or ":" in said[0])


def _keys(rows: list[tuple[int, str]], end: int) -> tuple[list[Key], bool]:
    """The keys, and whether every line at the margin belongs to one."""
    starts: list[tuple[str, str, int]] = []
    plain = True
    for at, line in rows:
        if not line.strip() or line[0] in " \t#":
            plain = plain and (bool(starts) or not line.strip() or line.lstrip()[:1] == "#")
            continue
        if line.startswith("- ") or line == "-":
            plain = plain and bool(starts)  # a list may stand at the margin below its key
            continue
        key = _KEY.match(line)
        if key is None:
            plain = False
            continue
        starts.append((key[1] or key[2] or (key[3] or "").strip(), key[4] or "", at))
    bounds = [*(at for _, _, at in starts[1:]), end][: len(starts)]
    keys, row = [], 0
    for (name, value, start), bound in zip(starts, bounds, strict=True):
        # blank lines and comments before the next key are not this key's
        while row < len(rows) and rows[row][0] < bound:
            row += 1
        last, until = row - 1, bound
        while rows[last][0] > start and (not rows[last][1].strip() or rows[last][1].startswith("#")):
            until = rows[last][0]
            last -= 1
        keys.append(Key(name, value, start, until))
    return keys, plain


def is_label(name: str) -> bool:
    """Whether a key is an AIGC label (Annex E a: the name contains AIGC)."""
    return "AIGC" in name.upper()


def label_json(text: str, key: Key) -> str:
    """The label of an AIGC key as JSON, whatever YAML style it is written in."""
    body = text[key.start : key.end]
    value = key.value.strip()
    if value[:1] in {"|", ">"}:
        return "".join(line.strip() for line in body.splitlines()[1:])
    if value[:1] in {'"', "'"}:
        whole = body[body.index(":") + 1 :].strip()
        return str(_scalar(whole)) if whole[0] != "'" or whole[-1:] == "'" else whole
    if value[:1] == "{":
        whole = body[body.index("{") :].strip()
        try:
            json.loads(whole)
        except (ValueError, RecursionError):
            return json.dumps(_pairs(whole[1:]))
        return whole
    lines = [line.strip() for line in body.splitlines()[1:]]
    found = {}
    for line in lines:
        pair = re.match(r"""(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_]+))\s*:(?:\s+(.*))?$""", line)
        if pair:
            found[pair[1] or pair[2] or pair[3] or ""] = _scalar((pair[4] or "").strip())
    return json.dumps(found) if found else value


def _pairs(flow: str) -> dict[str, object]:
    return {one[1] or one[2] or one[3] or "": _scalar(one[4].strip()) for one in _PAIR.finditer(flow)}


def _scalar(text: str) -> object:
    """A YAML scalar as the JSON value a YAML reader would make of it."""
    if text[:1] == '"':
        closed = re.match(r'"(?:[^"\\]|\\.)*"', text, re.DOTALL)
        try:
            return json.loads(closed[0], strict=False) if closed else text
        except ValueError:
            return text
    if text[:1] == "'":
        closed = re.match(r"'(?:[^']|'')*'", text, re.DOTALL)
        return closed[0][1:-1].replace("''", "'") if closed else text
    text = re.sub(r"\s+#.*$", "", text)
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return None if text in {"", "~", "null"} else text
