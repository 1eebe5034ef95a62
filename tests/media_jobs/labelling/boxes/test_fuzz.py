"""Broken, cut and hostile files of boxes and elements: an answer or a MediaError, bounded, and nothing left behind."""

import json
import os
import random
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.errors import TEXTS, MediaError
from media_jobs.labelling.metadata import carrier
from media_jobs.labelling.writer import mark_file
from tests.media_jobs.labelling.boxes import films
from tests.media_jobs.labelling.boxes.films import XMP, XMP_UUID, box, film, meta, picture
from tests.media_jobs.labelling.boxes.test_bmff import phone
from tests.media_jobs.labelling.boxes.test_heif import idat, sequence
from tests.media_jobs.labelling.boxes.test_matroska import CLUSTER, SEGMENT, SHORT, TAGS, element, live, tags_last
from tests.media_jobs.labelling.boxes.test_readers import avi, flv
from tests.media_jobs.labelling.pictures import LABEL, SOURCE

FILES = {
    "fast start": lambda: ("mp4", film("mp4", films.FAST, tags=films.TITLE) + box(b"uuid", XMP_UUID, XMP)),
    "fragments": lambda: ("mp4", film("mp4", films.DASH)),
    "phone": lambda: ("mov", phone()),
    "sound": lambda: ("m4a", film("m4a", tags=films.TITLE)),
    "heic": lambda: ("heic", picture("heic", xmp=XMP)),
    "heic in idat": lambda: ("heic", idat()),
    "avif sequence": lambda: ("avif", sequence()),
    "mkv": lambda: ("mkv", film("mkv", SHORT, tags=films.TITLE)),
    "mkv, tags last": lambda: ("mkv", tags_last()),
    "webm, live": lambda: ("webm", live()),
    "flv": lambda: ("flv", flv()),
    "avi": lambda: ("avi", avi()),
}


def refusal(work: Callable[[], object]) -> str:
    """The code of the MediaError that the work ends in, or ""."""
    try:
        work()
    except MediaError as error:
        return error.code
    return ""


def survive(folder: Path, name: str, data: bytes) -> str:
    """Read and write the file as what it says it is; returns the code of the refusal, or "" when it was labelled."""
    source, target = folder / f"in.{name}", folder / f"out.{name}"
    source.write_bytes(data)
    one = carrier(CONTAINERS[name])
    found = one.read(source)
    assert found.damaged in {"", *TEXTS}
    assert len(found.claims) <= 64
    target.unlink(missing_ok=True)
    code = refusal(lambda: one.write(source, target, films.MARKS))
    assert code in {"", *TEXTS}
    if not code:
        again = one.read(target)
        assert [claim.text for claim in again.claims] == [films.JSON]
        assert again.damaged == ""
    return code


@pytest.mark.parametrize("kind", FILES)
def test_cut_files(tmp_path: Path, kind: str) -> None:
    name, data = FILES[kind]()
    codes = [survive(tmp_path, name, data[: len(data) * n // 40]) for n in range(1, 40)]

    assert sum(bool(code) for code in codes) > 30  # a cut between two boxes or clusters may leave a whole file


@pytest.mark.parametrize("kind", FILES)
def test_nothing_is_left_of_a_writing_that_failed(tmp_path: Path, kind: str) -> None:
    name, data = FILES[kind]()
    source, target = tmp_path / f"in.{name}", tmp_path / f"out.{name}"
    source.write_bytes(data[:-7])

    code = refusal(lambda: mark_file(source, target, label=LABEL, digital_source_type=SOURCE))

    assert code in TEXTS
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("kind", FILES)
def test_flipped_and_overgrown_files(tmp_path: Path, kind: str) -> None:
    name, data = FILES[kind]()
    rng = random.Random(kind)
    heads = [
        at for at in range(len(data) - 8) if data[at : at + 4].isalpha() or data[at : at + 1] in b"\x1a\x18\x1f\x12"
    ]
    for number in range(80):
        broken = bytearray(data)
        for _ in range(rng.choice((1, 1, 3))):
            at = max(0, rng.choice(heads) + rng.randint(-4, 8)) if rng.random() < 0.8 else rng.randrange(len(data))
            if number % 3:
                broken[at] ^= 1 << rng.randrange(8)
            else:
                broken[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\0\0\0\1", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
        survive(tmp_path, name, bytes(broken))


@pytest.mark.parametrize("kind", ["fast start", "fragments", "avif sequence", "mkv", "webm, live"])
def test_the_digest_of_a_broken_film_is_a_refusal_or_an_answer(tmp_path: Path, kind: str) -> None:
    name, data = FILES[kind]()
    rng = random.Random(kind)
    path = tmp_path / "in.bin"
    for number in range(30):
        broken = bytearray(data[: rng.randrange(len(data))] if number % 2 else data)
        if broken:
            broken[rng.randrange(len(broken))] ^= 0xFF
        path.write_bytes(broken)
        code = refusal(lambda: carrier(CONTAINERS[name]).content(path))
        assert code in {"", "media.damaged", "media.truncated"}


def deep(kind: bytes, levels: int) -> bytes:
    """Boxes within boxes."""
    return b"".join(struct.pack(">I", 8 * (levels - n)) + kind for n in range(levels))


@lru_cache
def hostile() -> dict[str, tuple[str, bytes, str]]:
    """Container, bytes, and the refusal ("" where the file is odd but can be labelled)."""
    ftyp = box(b"ftyp", b"isom", bytes(4), b"isom")
    plain = film("mp4")
    moov = plain[plain.rindex(b"moov") - 4 :]
    header = element("1a45dfa3", element("4282", b"matroska"))
    segment, cluster = bytes.fromhex(SEGMENT), bytes.fromhex(CLUSTER)
    keys = box(b"keys", bytes(4), b"\xff\xff\xff\xff", b"\0\0\0\x0cmdtaAIGC")
    bomb = meta([("AIGC", "x" * 70_000)] * 400)
    heic = picture("heic")
    script = b"\x0a\xff\xff\xff\xff" * 5000
    many = heic.replace(b"iloc\0\0\0\0D@\0\1", b"iloc\0\0\0\0\0\0\xff\xff")
    return {
        "boxes in boxes": ("mp4", ftyp + box(b"moov", deep(b"trak", 20_000)), ""),
        "moov in moov": ("mp4", ftyp + deep(b"moov", 20_000), ""),
        "metas in metas": ("mp4", ftyp + box(b"moov", deep(b"meta", 20_000)), "media.damaged"),
        "a box of 2^64 bytes": ("mp4", ftyp + struct.pack(">I4sQ", 1, b"mdat", 2**64 - 1), "media.truncated"),
        "a box of 2^63 bytes": ("mp4", ftyp + struct.pack(">I4sQ", 1, b"moov", 2**63) + moov, "media.truncated"),
        "names without end": (
            "mp4",
            ftyp + box(b"moov", box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdta", bytes(13)), keys)),
            "media.damaged",
        ),
        "many large labels": ("mp4", ftyp + box(b"moov", bomb), ""),
        "chunks without end": (
            "mp4",
            ftyp + re.sub(rb"stco\0\0\0\0....", b"stco\0\0\0\0\xff\xff\xff\xff", moov, flags=re.DOTALL),
            "media.damaged",
        ),
        "many tracks": ("mp4", ftyp + box(b"moov", box(b"trak") * 5000), "media.damaged"),
        "elements in elements": ("mkv", header + element(SEGMENT, element(TAGS, nested(3000))), ""),
        "a segment of 2^56 bytes": ("mkv", header + segment + b"\x01" + b"\xff" * 6 + b"\xfe", "media.truncated"),
        "open elements": ("mkv", header + segment + b"\xff" + cluster + b"\xff" + b"\xa0\xff" * 50, "media.damaged"),
        "zeros": ("mkv", header + bytes(100_000), "media.damaged"),
        "items of no length": ("heic", heic.replace(b"iloc\0\0\0\0D@", b"iloc\0\0\0\0\0\0"), ""),
        "many items": ("heic", many, "media.damaged"),
        "script that never ends": (
            "flv",
            b"FLV\1\5\0\0\0\x09\0\0\0\0\x12" + len(script).to_bytes(3, "big") + bytes(7) + script + bytes(4),
            "media.unsupported_format",
        ),
        "lists that lie": (
            "avi",
            b"RIFF\xff\xff\xff\xffAVI " + b"LIST\xff\xff\xff\xffINFO" * 1000,
            "media.unsupported_format",
        ),
    }


def nested(levels: int) -> bytes:
    inner = element("45a3", b"AIGC")
    for _ in range(levels):
        inner = element("67c8", inner)
    return element("7373", inner)


@pytest.mark.parametrize("kind", hostile())
def test_hostile_files(tmp_path: Path, kind: str) -> None:
    name, data, code = hostile()[kind]

    assert survive(tmp_path, name, data) == code


_MEASURED = """
import json, sys
from pathlib import Path
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.containers import CONTAINERS
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Marks
from media_jobs.labelling.metadata import carrier
one, source = carrier(CONTAINERS[sys.argv[1]]), Path(sys.argv[2])
peak = lambda: int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
base = peak()
marks = Marks(AigcLabel("1", "a", "b", "", "a", "b", ""), "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia")
damaged = one.read(source).damaged
code = ""
try:
    one.write(source, source.with_suffix(".out"), marks)
except MediaError as error:
    code = error.code
grown = peak() - base
print(json.dumps([damaged, code, grown // 1024]))
"""


def film_of(*moov: bytes) -> bytes:
    return box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"moov", *moov)


def matroska(*parts: bytes) -> bytes:
    return element("1a45dfa3", element("4282", b"matroska")) + element(SEGMENT, *parts)


def chunks() -> bytes:
    stco = box(b"stco", bytes(4), struct.pack(">I", 9_000_000), bytes(36_000_000))
    return film_of(box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", stco)))))


def items() -> bytes:
    """As many as two bytes can number, each with a place."""
    infe = b"".join(box(b"infe", b"\2\0\0\0", struct.pack(">HH", n, 0), b"hvc1\0") for n in range(1, 65_536))
    iloc = b"".join(struct.pack(">HHHII", n, 0, 1, 0, 8) for n in range(1, 65_536))
    parts = (
        box(b"pitm", bytes(4), b"\0\1"),
        box(b"iinf", bytes(4), b"\xff\xff", infe),
        box(b"iloc", bytes(4), b"\x44\0\xff\xff", iloc),
    )
    return box(b"ftyp", b"heic", bytes(4), b"mif1") + box(b"meta", bytes(4), *parts) + box(b"mdat", bytes(100))


FREE = box(b"free")
FRAGMENT = box(b"moof", box(b"traf", box(b"tfhd", bytes(16)))) + box(b"mdat")
OPEN = bytes.fromhex(SEGMENT) + b"\xff" + bytes.fromhex(CLUSTER) + b"\xff"
CUES = "1c53bb6b"
CROWDS = {
    "boxes": lambda: ("mp4", box(b"ftyp", b"isom", bytes(4), b"isom") + FREE * 1_000_000),
    "boxes in user data": lambda: ("mp4", film_of(box(b"udta", FREE * 300_000))),
    "tags": lambda: ("mp4", film_of(box(b"udta", box(b"meta", bytes(4), box(b"ilst", FREE * 300_000))))),
    "fragments": lambda: ("mp4", film_of() + FRAGMENT * 50_000),
    "chunks": lambda: ("mp4", chunks()),
    "XMP": lambda: ("mp4", film_of() + box(b"uuid", XMP_UUID, b"<a>" + b"<b/>" * 250_000 + b"</a>")),
    "items": lambda: ("heic", items()),
    "elements": lambda: ("mkv", matroska(b"\xec\x80" * 1_000_000)),
    "blocks": lambda: ("mkv", matroska()[:-8] + OPEN + b"\xa3\x84abcd" * 300_000),
    "cues": lambda: ("mkv", matroska(element(CUES, b"\xbb\x85\xb7\x83\xf1\x81\x05" * 290_000), element(CLUSTER))),
    "simple tags": lambda: ("mkv", matroska(element(TAGS, element("7373", b"\x67\xc8\x80" * 100_000)))),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CROWDS)
def test_memory_stays_bounded(tmp_path: Path, kind: str) -> None:
    name, data = CROWDS[kind]()
    path = tmp_path / f"in.{name}"
    path.write_bytes(data)

    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, name, str(path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4], env={**os.environ},
    )  # fmt: skip

    damaged, code, grown = json.loads(done.stdout)
    assert damaged in {"", *TEXTS}
    assert code in {"", *TEXTS}
    assert grown < 100  # MiB
