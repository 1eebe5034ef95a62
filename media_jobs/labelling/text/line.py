"""The words of the label in a document, and earlier ones of ours recognised."""

import re

from media_jobs.labelling.errors import media_error
from media_jobs.labelling.visible.layout import has_elements
from media_jobs.labelling.wish import Wish

_MOST = 200
# What this platform and its defaults write; a line of these words alone is a label and nothing else.
_KNOWN = re.compile(
    r"[【\[(（]?(?:(?:本|该|以上|以下)?内容)?(?:由|经)?(?:人工智能|AI)(?:技术|辅助)?(?:编辑)?(?:生成|合成){1,2}(?:内容)?[】\])）]?"
    r"(?: AI (?:GENERATED|MODIFIED))?"
)


def wished(wish: Wish) -> str:
    """The label's line: the Chinese words, the EU words beside them.

    Raises:
        MediaError: label.text_without_elements, text.label_not_a_line.
    """
    text = wish.text.strip()
    if not has_elements(text):
        raise media_error("label.text_without_elements")
    if len(text) > _MOST or not text.isprintable():
        raise media_error("text.label_not_a_line")
    return f"{text} {wish.english}" if wish.english else text


def is_label(line: str, wanted: str) -> bool:
    """Whether a line is a label: the wanted one, or one of the known forms."""
    line = line.strip(" \t\f")
    return line == wanted or _KNOWN.fullmatch(line) is not None
