"""Template tags that every page may use (a builtin: no load needed)."""

import re
from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from compliance.audit import wording

register = template.Library()

# Stroke icons, 24 x 24, drawn for this project.
_ICONS = {
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "eye": '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2"/>',  # noqa: E501
    "person": '<circle cx="12" cy="8" r="3.6"/><path d="M4.5 20c1-4 4-5.6 7.5-5.6s6.500 1.600 7.500 5.600"/>',
    "file": '<path d="M6 3.500h8l4.500 4.500V20.500H6z"/><path d="M14 3.500V8h4.500"/>',
    "copy": '<rect x="8.500" y="8.500" width="11" height="11" rx="1"/><path d="M15.500 8.500V4.500h-11v11h4"/>',
    "upload": '<path d="M12 16V4.500M7 9l5-4.500L17 9M4.500 15.500v4h15v-4"/>',
    "download": '<path d="M12 4.500V16M7 11.500l5 4.500 5-4.500M4.500 19.500h15"/>',
    "shield": '<path d="M12 3l7.500 3v5.500c0 5-3.500 8-7.500 9.500-4-1.500-7.500-4.500-7.500-9.500V6z"/>',
    "log": '<path d="M5 5.500h14M5 12h14M5 18.500h9"/>',
    "warning": '<path d="M12 4l9 16H3z"/><path d="M12 10v4.500M12 17.200v.300"/>',
    "bell": '<path d="M6 16.500V11a6 6 0 0112 0v5.500l1.500 1.500h-15z"/><path d="M10 20.500h4"/>',
    "link": '<path d="M10 14l4-4M8.500 11.500l-2 2a3 3 0 004 4l2-2M15.500 12.500l2-2a3 3 0 00-4-4l-2 2"/>',
    "search": '<circle cx="10.500" cy="10.500" r="6"/><path d="M15 15l5 5"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return one of the house's line icons as inline SVG, hidden from screen readers."""
    return mark_safe(  # noqa: S308 - a constant of this module
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">'
        f"{_ICONS[name]}</svg>"
    )


@register.filter
def short_id(value: object) -> str:
    """Return the first eight characters of an id, enough for a person to tell two apart."""
    return str(value).replace("-", "")[:8]


@register.filter
def seconds(value: float) -> str:
    """Return a length as h:mm:ss or m:ss, below a minute with tenths."""
    if value < 60:
        return f"{value:.1f} s"
    whole = round(value)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


@register.filter
def plainly(value: object) -> object:
    """Return the word for a code of the log in the reader's language; anything else as it is."""
    return wording.plainly(value)


@register.filter
def plainly_all(values: Iterable[object]) -> str:
    """Return the words for several codes, joined as the language joins them."""
    return (", " if _english() else "、").join(str(wording.plainly(value)) for value in values)


@register.filter
def article_item(item: str) -> str:
    """Return "17.1(5)" as a law book writes it: 17(1)(5), or 第十七条第一款第五项."""
    match = re.fullmatch(r"(\d+)\.(\d+)\((\d+)\)", str(item))
    if match is None:
        return str(item)
    if _english():
        return f"{match[1]}({match[2]})({match[3]})"
    article, paragraph, entry = (_numeral(int(number)) for number in match.groups())
    return f"第{article}条第{paragraph}款第{entry}项"


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _numeral(number: int) -> str:
    """Return a number below 100 in Chinese numerals."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")
