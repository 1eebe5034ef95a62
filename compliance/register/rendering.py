"""A small, closed set of marks to HTML. Everything is escaped first; nothing a text says can become markup of its own.

Marks: `# ` and `## ` headings, `- ` and `1. ` lists, `> ` notes, blank lines between paragraphs, **bold**, and links
to pages of this site, `[words](/path/)`.
"""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\((/[A-Za-z0-9/_-]*)\)")
_NUMBERED = re.compile(r"\d+\. ")


def to_html(text: str) -> SafeString:
    """Return the text as HTML. The first heading is left out: it is the page's own title."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.strip().split("\n")
        if lines[0].startswith("# "):
            lines = lines[1:]
        if lines:
            parts.append(_block(lines))
    return mark_safe("\n".join(parts))  # noqa: S308 - every line went through _inline, which escapes


def title_of(text: str) -> str:
    """Return the text's first heading."""
    first = text.lstrip().split("\n", 1)[0]
    return first.removeprefix("# ").strip()


def _block(lines: list[str]) -> str:
    if lines[0].startswith("## "):
        rest = _block(lines[1:]) if lines[1:] else ""
        return f"<h2>{_inline(lines[0][3:])}</h2>" + rest
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
    if all(_NUMBERED.match(line) for line in lines):
        return "<ol>" + "".join(f"<li>{_inline(_NUMBERED.sub('', line, count=1))}</li>" for line in lines) + "</ol>"
    if all(line.startswith("> ") for line in lines):
        return f'<p class="alert alert-info">{_inline(" ".join(line[2:] for line in lines))}</p>'
    return f"<p>{_inline(' '.join(lines))}</p>"


def _inline(line: str) -> str:
    safe = str(escape(line.strip()))
    return _LINK.sub(r'<a href="\2">\1</a>', _BOLD.sub(r"<strong>\1</strong>", safe))
