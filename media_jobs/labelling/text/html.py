"""HTML: a visible paragraph right after <body> and before </body>; everything else stays as it is written."""

import shutil
from html import escape
from pathlib import Path

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.metadata import html as carrier
from media_jobs.labelling.metadata import html_places
from media_jobs.labelling.metadata.words import Words
from media_jobs.labelling.wish import Wish

MARK = "data-aigc-label"
# Said in the element so that no page's stylesheet hides it by accident; where a policy forbids it, it is a plain
# paragraph.
_STYLE = "".join(
    f"{rule}!important;"
    for rule in (
        "display:block", "visibility:visible", "opacity:1", "position:static", "margin:0", "padding:.5em 1em",
        "background:#faf7f2", "color:#181412", "font:bold 1rem/1.5 sans-serif", "text-indent:0", "transform:none",
        "clip-path:none", "height:auto", "max-height:none", "width:auto", "max-width:none", "overflow:visible",
        "filter:none", "mask:none", "content-visibility:visible", "-webkit-text-fill-color:#181412",
        "letter-spacing:normal", "zoom:1", "translate:none", "scale:none", "rotate:none", "float:none",
    )
)  # fmt: skip


def put(source: Path, target: Path, label: str, wish: Wish) -> dict[str, object]:
    """Write `target`; see label.put.

    Raises:
        MediaError: text.unclosed, text.frameset, text.encoding.
    """
    document = carrier.read(source)
    if not wish.explicit:
        shutil.copyfile(source, target)
        return {"encoding": document.encoding}
    document = document.without(*_earlier(document.text))
    plan = html_places.outline(document.text)
    if plan.unclosed:
        raise media_error("text.unclosed", what=plan.unclosed)
    if plan.frameset:
        raise media_error("text.frameset")
    first, last = (_element(label, wish, which, document) for which in ("first", "last"))
    target.write_bytes(document.with_inserted((plan.body_start, first), (plan.body_end, last)))
    return {"encoding": document.encoding}


def _element(label: str, wish: Wish, which: str, document: Words) -> str:
    chinese = label.removesuffix(wish.english).strip()
    shown = _spelt(chinese, document)
    if wish.english:
        shown += f' <span lang="en">{wish.english}</span>'
    return f'<p {MARK}="{which}" role="note" lang="zh-Hans" style="{_STYLE}">{shown}</p>'


def _spelt(text: str, document: Words) -> str:
    """The words in the document's encoding, as character references where it lacks them."""
    return escape(text).encode(document.encoding, "xmlcharrefreplace").decode(document.encoding)


def _earlier(text: str) -> list[tuple[int, int]]:
    """The places of labels that this module put there before."""
    ranges, start = [], None
    for piece in html_places.pieces(text):
        if piece.kind == "start" and piece.name == "p" and MARK in piece.attributes:
            start = piece.start
        elif start is not None and piece.kind == "end" and piece.name == "p":
            ranges.append((start, piece.end))
            start = None
    return ranges
