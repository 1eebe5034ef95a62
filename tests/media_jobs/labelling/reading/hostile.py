"""Files made to exhaust a reader, and a process that measures what reading one costs."""

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from media_jobs.labelling.metadata import jpeg, png
from tests.media_jobs.labelling.pictures import OTHER, encoded, foreign, sample

ROOT = Path(__file__).resolve().parents[4]
MIB, GIB = 1 << 20, 1 << 30
SMALL = sample().resize((48, 32))
_MEASURE = """
import json, resource, sys, time
from media_jobs.isolation.errors import PortableError
from media_jobs.labelling import reading
begun = time.monotonic()
try:
    answer = reading.read(sys.argv[1])
    told = {"labels": len(answer.labels), "more": answer.more_labels, "damaged": answer.damaged}
except PortableError as error:
    told = {"refused": error.code}
told["seconds"] = time.monotonic() - begun
told["mib"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(json.dumps(told))
"""


def cost(path: Path) -> dict[str, Any]:
    """What reading found, its seconds, and the most memory that any child had resident, MiB."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], env=environment, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk."""
    return png.Chunk(kind, body).encoded()


def _head() -> bytes:
    return png.SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))


def _tail() -> bytes:
    return chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


def sparse_png(path: Path) -> None:
    """1 GiB of image data that takes no room on the disk, labelled behind it."""
    with path.open("wb") as file:
        file.write(_head() + (GIB).to_bytes(4, "big") + b"IDAT")
        file.seek(GIB, 1)
        file.write(b"\0\0\0\0" + chunk(b"tEXt", b"AIGC\0" + OTHER.to_json().encode()) + chunk(b"IEND", b""))


def claims_two_gigabytes(path: Path) -> None:
    """A text chunk that says it has 2 GiB."""
    path.write_bytes(_head() + (2 * GIB - 1).to_bytes(4, "big") + b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + bytes(1000))


def sparse_jpeg(path: Path) -> None:
    """A scan of half a GiB without an end."""
    path.write_bytes(encoded(SMALL, "jpeg")[:-2])
    os.truncate(path, GIB // 2)


def million_segments(path: Path) -> None:
    """A JPEG with a million comments."""
    data = encoded(SMALL, "jpeg")
    with path.open("wb") as file:
        file.write(data[:2])
        for _ in range(100):
            file.write(b"\xff\xfe\0\3x" * 10_000)
        file.write(data[2:])


def full_app1(path: Path) -> None:
    """64 MiB of XMP packets and extended XMP."""
    data = encoded(SMALL, "jpeg")
    packet = jpeg.XMP_ID + b"<x>" + b"y" * 65_000 + b"</x>"
    part = jpeg.EXTENDED_XMP_ID + b"%032d" % 7 + bytes(4)
    with path.open("wb") as file:
        file.write(data[:2])
        for number in range(512):
            file.write(jpeg.encoded(jpeg.APP1, packet))
            file.write(jpeg.encoded(jpeg.APP1, part + (number * 60_000).to_bytes(4, "big") + b"<" * 60_000))
        file.write(data[2:])


def _xmp(body: bytes) -> bytes:
    return _head() + chunk(b"iTXt", png.XMP_KEYWORD + b"\0\0\0\0\0" + body) + _tail()


def deep_xmp(path: Path) -> None:
    """A million elements within each other."""
    path.write_bytes(_xmp(b"<a>" * 1_000_000 + b"</a>" * 1_000_000))


def wide_xmp(path: Path) -> None:
    """A million elements beside each other, each with an attribute."""
    path.write_bytes(_xmp(b"<a>" + b"<b c='d'/>" * 700_000 + b"</a>"))


def long_attribute(path: Path) -> None:
    """One attribute of 7 MB, and a label of 1 MB."""
    body = (
        b"<a b='" + b"x" * 7_000_000 + b"' xmlns:T='http://www.tc260.org.cn/ns/AIGC/1.0/'><T:AIGC>" + b"1" * 1_000_000
    )
    path.write_bytes(_xmp(body + b"</T:AIGC></a>"))


def laughs(path: Path) -> None:
    """Entities within entities."""
    entities = b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    path.write_bytes(_xmp(b"<!DOCTYPE x [<!ENTITY a0 'ha'>" + entities + b"]><x>&a11;</x>"))


def bombs(path: Path) -> None:
    """A thousand texts that unpack to 16 MiB each."""
    bomb = chunk(b"zTXt", b"AIGC\0\0" + zlib.compress(bytes(16 * MIB), 9))
    xmp = chunk(b"iTXt", png.XMP_KEYWORD + b"\0\1\0\0\0" + zlib.compress(b" " * 16 * MIB, 9))
    path.write_bytes(_head() + bomb * 500 + xmp * 500 + _tail())


def many_texts(path: Path) -> None:
    """100,000 text chunks, each with a label."""
    one = chunk(b"iTXt", b"AIGC\0\0\0\0\0" + OTHER.to_json().encode())
    path.write_bytes(_head() + one * 99_990 + _tail())


def many_labels_behind(path: Path) -> None:
    """200,000 labels behind the end."""
    path.write_bytes(foreign(encoded(SMALL, "jpeg"), "jpeg") + OTHER.to_json().encode() * 200_000)


def many_keys_behind(path: Path) -> None:
    """Braces and keys in which a search could lose itself."""
    path.write_bytes(foreign(encoded(SMALL, "png"), "png") + b'{{{{"ContentProducer":' * 2_000_000)


def nested_json(path: Path) -> None:
    """A label that is 100,000 lists deep, and one with a number of 100,000 digits."""
    for_text = [b"[" * 100_000 + b'"ContentProducer"', b'{"ContentProducer":' + b"9" * 100_000 + b"}"]
    texts = b"".join(chunk(b"tEXt", b"AIGC\0" + text) for text in for_text)
    path.write_bytes(_head() + texts + _tail())


def many_riff_chunks(path: Path) -> None:
    """A WebP with a million chunks."""
    body = b"WEBP" + b"JUNK\0\0\0\0" * 1_000_000
    path.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)


def huge_exif(path: Path) -> None:
    """An EXIF block whose directories point at each other and whose fields overlap."""
    entry = struct.pack(">HHII", 0x9286, 7, 0xFFFF, 8)
    block = b"MM\0*" + (8).to_bytes(4, "big") + (1000).to_bytes(2, "big") + entry * 1000 + (8).to_bytes(4, "big")
    block += b"ASCII\0\0\0ContentProducer" + bytes(60_000)
    path.write_bytes(_head() + chunk(b"eXIf", block * 50) + _tail())


FILES: dict[str, Callable[[Path], None]] = {
    "sparse.png": sparse_png,
    "claims.png": claims_two_gigabytes,
    "sparse.jpg": sparse_jpeg,
    "segments.jpg": million_segments,
    "app1.jpg": full_app1,
    "deep.png": deep_xmp,
    "wide.png": wide_xmp,
    "attribute.png": long_attribute,
    "laughs.png": laughs,
    "bombs.png": bombs,
    "texts.png": many_texts,
    "behind.jpg": many_labels_behind,
    "keys.png": many_keys_behind,
    "nested.png": nested_json,
    "riff.webp": many_riff_chunks,
    "exif.png": huge_exif,
}
