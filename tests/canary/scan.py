"""Looks for planted identities in everything the platform keeps, through the encodings that libraries hide them in."""

import base64
import binascii
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_ESCAPE = re.compile(rb"\\u[0-9a-fA-F]{4}")
DEPTH = 5


@dataclass(frozen=True)
class Finding:
    """Where a canary sat, and through which encodings it was reached."""

    where: str
    canary: str
    way: tuple[str, ...]


def spellings(canary: str) -> set[bytes]:
    """Return the ways in which a text may be written down."""
    forms = {canary, canary.lower(), canary.upper()}
    if canary.startswith("+86"):
        forms.add(canary.removeprefix("+86"))
    return {form.encode(encoding) for form in forms for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}


def reveal(value: bytes, way: tuple[str, ...] = ()) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """Yield the value and whatever it turns into when decoded, several layers deep."""
    yield value, way
    if len(way) >= DEPTH:
        return
    for name, decoded in _decodings(value):
        if decoded and decoded != value:
            yield from reveal(decoded, (*way, name))


def _decodings(value: bytes) -> Iterator[tuple[str, bytes]]:
    for name, unpack in (("zlib", zlib.decompress), ("gzip", gzip.decompress)):
        try:
            yield name, unpack(value)
        except (zlib.error, OSError, EOFError):
            continue
    if _ESCAPE.search(value):
        yield "json", _ESCAPE.sub(lambda found: chr(int(found[0][2:], 16)).encode("utf-8", "replace"), value)
    for found in _BASE64.findall(value):
        token = found.rstrip(b"=")
        for altchars in (b"+/", b"-_"):
            try:
                yield "base64", base64.b64decode(token + b"=" * (-len(token) % 4), altchars=altchars, validate=True)
            except (binascii.Error, ValueError):
                continue
    for found in _HEX.findall(value):
        yield "hex", bytes.fromhex(found.decode("ascii"))


def database() -> Iterator[tuple[str, bytes]]:
    """Yield every value of every column of every table."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own tables
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        yield f"{table}.{column}", as_bytes(value)


def cache_rows() -> Iterator[tuple[str, bytes]]:
    """Yield every key and value of every cache, in process or in Redis."""
    for alias in settings.CACHES:
        cache = caches[alias]
        if isinstance(cache, LocMemCache):
            for key, value in list(cache._cache.items()):
                yield f"cache {alias}", as_bytes(key)
                yield f"cache {alias}", as_bytes(value)
        else:
            client = cache._cache.get_client()
            for key in client.scan_iter("*"):
                yield f"cache {alias}", key
                if client.type(key) == b"string":
                    yield f"cache {alias}", client.get(key) or b""


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a folder, names too."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"file {path.relative_to(folder)}", str(path.name).encode() + b"\n" + path.read_bytes()


def broker() -> Iterator[tuple[str, bytes]]:
    """Yield every message that waits in the broker: files, or lists and hashes on a Redis-protocol server."""
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        yield from files(Path(settings.VAR_DIR) / "broker")
        return
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as server:
        for key in server.scan_iter("*"):
            kind = server.type(key)
            values = server.lrange(key, 0, -1) if kind == b"list" else []
            values += [part for pair in server.hgetall(key).items() for part in pair] if kind == b"hash" else []
            for value in [key, *values]:
                yield "broker", value


def as_bytes(value: Any) -> bytes:
    """Return a database value as bytes that can be searched."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode("utf-8", "replace")


def everything() -> Iterator[tuple[str, bytes]]:
    """Yield all that is kept: database, caches, broker. Not the outbox: it is the way to the person."""
    yield from database()
    yield from cache_rows()
    yield from broker()


def find(canaries: Iterable[str], haystack: Iterable[tuple[str, bytes]] | None = None) -> list[Finding]:
    """Return every place where a canary can be read without a key."""
    wanted = {canary: spellings(canary) for canary in canaries}
    return [
        Finding(where, canary, way)
        for where, value in (everything() if haystack is None else haystack)
        for layer, way in reveal(value)
        for canary, forms in wanted.items()
        if any(form in layer for form in forms)
    ]
