"""Where the tags of an HTML document stand (WHATWG HTML 13.2.5, as much of it as positions need).

No tree is built: comments, doctypes, tags with attributes, the raw text of scripts and the like, each with its place.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from media_jobs.labelling.errors import media_error

_RAW = {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"}
_TAG_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*))?)?""")
_HEAD_ONLY = {"html", "head", "title", "base", "link", "meta", "style", "script", "noscript", "template"}
_MAX_ATTRIBUTES = 1000
_MAX_PIECES = 400_000


@dataclass(frozen=True)
class Piece:
    """One token: kind "start", "end", "comment", "doctype", "text" or "unclosed"; characters from start to end."""

    kind: str
    name: str
    start: int
    end: int
    attributes: dict[str, str] = field(default_factory=dict)


def pieces(text: str) -> Iterator[Piece]:
    """The tokens of a document, text left out but for the contents of raw text elements; "unclosed" ends the walk.

    Raises:
        MediaError: text.too_much: more tags than a page that people read has.
    """
    at = 0
    for _ in range(_MAX_PIECES):
        at = text.find("<", at)
        if at < 0:
            return
        piece = _piece(text, at)
        if piece is None:
            at += 1
            continue
        yield piece
        if piece.kind == "unclosed":
            return
        at = piece.end
        if piece.kind != "start" or piece.name not in _RAW | {"plaintext"}:
            continue
        close = _close(text, piece.name, at)
        if close < 0:
            yield Piece("unclosed", piece.name, piece.start, len(text))
            return
        yield Piece("text", piece.name, at, close)
        at = close
    raise media_error("text.too_much")


def _piece(text: str, at: int) -> Piece | None:
    if text.startswith("<!--", at):
        if text.startswith(("<!-->", "<!--->"), at):
            return Piece("comment", "", at, text.index(">", at) + 1)
        closed = re.compile(r"--!?>").search(text, at + 4)
        return Piece("comment" if closed else "unclosed", "<!--", at, closed.end() if closed else len(text))
    if text.startswith(("<!", "<?", "</"), at) and not _TAG_NAME.match(text, at):
        closed_at = text.find(">", at)
        if closed_at < 0:
            return Piece("unclosed", text[at : at + 2], at, len(text))
        kind = "doctype" if text[at : at + 9].lower() == "<!doctype" else "comment"
        return Piece(kind, "", at, closed_at + 1)
    name = _TAG_NAME.match(text, at)
    return None if name is None else _tag(text, at, name)


def _tag(text: str, at: int, name: re.Match[str]) -> Piece:
    attributes: dict[str, str] = {}
    place = name.end()
    while len(attributes) < _MAX_ATTRIBUTES:
        found = _ATTRIBUTE.match(text, place)
        if found is None:
            break
        value = next((one for one in found.group(2, 3, 4) if one is not None), "")
        attributes.setdefault(found[1].lower(), html.unescape(value))
        place = found.end()
    end = re.compile(r"[\s/]*>").match(text, place)
    if end is None:
        return Piece("unclosed", f"<{name[1]}{name[2][:20]}", at, len(text))
    return Piece("end" if name[1] else "start", name[2].lower(), at, end.end(), attributes)


def _close(text: str, name: str, at: int) -> int:
    if name == "plaintext":
        return -1
    closing = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(text, at)
    return closing.start() if closing else -1


@dataclass(frozen=True)
class Outline:
    """What a label and metadata need to know of a document.

    Attributes:
        head_end: where metadata may be added last: before </head>, or before the first content.
        body_start: where the first content stands: after <body>, or the same place as head_end.
        body_end: where content may be added last: before the </body> that ends the document, or at its end.
        unclosed: what the document ends in, or "".
        frameset: it has a frameset instead of a body.
        pieces: all tokens.
    """

    head_end: int
    body_start: int
    body_end: int
    unclosed: str
    frameset: bool
    pieces: list[Piece]


def outline(text: str) -> Outline:
    """The outline of a document or fragment."""
    found = list(pieces(text))
    head_close, body, content = _beginnings(text, found)
    body_end = limit = len(text)
    for piece in reversed(found):
        if text[piece.end : limit].strip():
            break
        if piece.kind == "end" and piece.name in {"html", "body"}:
            body_end = piece.start
        elif piece.kind != "comment":
            break
        limit = piece.start
        if piece.name == "body":
            break
    start = content if body is None else body
    return Outline(
        head_end=content if head_close is None else head_close,
        body_start=start,
        body_end=max(body_end, start),
        unclosed=found[-1].name if found and found[-1].kind == "unclosed" else "",
        frameset=any(piece.kind == "start" and piece.name == "frameset" for piece in found),
        pieces=found,
    )


def _beginnings(text: str, found: list[Piece]) -> tuple[int | None, int | None, int]:
    """(before </head> or None, after <body> or None, before the first content)."""
    head_close, at, depth = None, 0, 0
    for piece in found:
        if depth == 0 and text[at : piece.start].strip("\ufeff \t\r\n\f"):
            break  # characters stand before this tag: the body has begun without one
        if piece.kind == "start" and piece.name == "body" and depth == 0:
            return (head_close if head_close is not None else piece.start), piece.end, piece.start
        if piece.kind == "end" and piece.name == "head":
            head_close = piece.start
        elif piece.kind == "start" and piece.name in {"noscript", "template"}:
            depth += 1
        elif piece.kind == "end" and piece.name in {"noscript", "template"}:
            depth = max(0, depth - 1)
        elif depth == 0 and (
            (piece.kind == "start" and piece.name not in _HEAD_ONLY)
            or (piece.kind == "end" and piece.name not in _HEAD_ONLY)
            or piece.kind == "unclosed"
        ):
            break
        at = piece.end
    return head_close, None, at
