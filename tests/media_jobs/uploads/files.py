"""Real files, good and bad."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SAMPLES = Path(__file__).parents[2] / "samples"
COFFEE = SAMPLES / "sk_coffee.png"
MONA_LISA = SAMPLES / "leonardo_mona_lisa.png"


def upload(name: str, data: bytes, mime: str = "application/octet-stream") -> SimpleUploadedFile:
    """Return a file as a browser sends it; the type it claims is a lie as likely as not."""
    return SimpleUploadedFile(name, data, content_type=mime)


def encoded(picture: Image.Image, fmt: str, **options: Any) -> bytes:
    """Return the picture's file."""
    out = io.BytesIO()
    picture.save(out, fmt, **options)
    return out.getvalue()


def photo(fmt: str = "JPEG", size: tuple[int, int] = (320, 240), **options: Any) -> bytes:
    """Return a small ordinary picture."""
    with Image.open(COFFEE) as picture:
        return encoded(picture.convert("RGB").resize(size), fmt, **options)


def bomb() -> bytes:
    """Return a PNG of a few kilobytes that claims 30,000 x 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 5_000_000, 9))
        + chunk(b"IEND", b"")
    )


def sixteen_bit() -> bytes:
    """Return a PNG with 16 bits per colour channel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 40, 30, 16, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x12\x34" * 3 * 40 for _ in range(30))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def animated() -> bytes:
    """Return a WebP with two frames."""
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)


def on_disk(root: Path) -> list[str]:
    """Return every file below a folder."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()) if root.exists() else []
