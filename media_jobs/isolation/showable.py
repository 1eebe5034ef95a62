"""Strings out of strangers' files, fit for a page, a JSON answer and a database column."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast

Value = TypeVar("Value")

# JSON can spell halves of surrogate pairs and NUL; UTF-8 and PostgreSQL cannot hold them.
_UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")


def showable(value: Value) -> Value:
    """Return a copy of JSON-able data in which every character that can be neither shown nor stored is U+FFFD.

    For display and for our records only: what is written into files and checked against signatures keeps its bytes.
    """
    return cast("Value", _clean(value))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSHOWABLE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, tuple):
        return tuple(_clean(one) for one in value)
    return value
