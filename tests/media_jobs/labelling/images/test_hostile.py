"""Broken, lying and twofold pictures: refused by a code or read, nothing left behind, memory and time bounded."""

import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.labelling.errors import TEXTS, MediaError
from media_jobs.labelling.metadata import gif, png
from media_jobs.labelling.probe import probe
from media_jobs.labelling.readback import pictures as measurer
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import draw_file, label_file
from tests.media_jobs.labelling.images import made
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, small

ATTACKED = ["gif moving", "gif cleared", "tiff", "tiff lzw", "tiff pages", "tiff 16 bit", "apng over", "webp moving",
            "png 16 bit", "avif", "heic"]  # fmt: skip
FILES: dict[str, bytes] = {}


def attacked(kind: str) -> bytes:
    return FILES.setdefault(kind, made.KINDS[kind][1]())


def survive(path: Path) -> set[str]:
    """Every function answers, or refuses by a code; the codes."""
    target, codes = path.with_name("out"), set()
    for attempt in (
        lambda: read_file(path),
        lambda: probe(path),
        lambda: label_file(path, target, label=LABEL, digital_source_type=SOURCE),
        lambda: draw_file(path, target, producer=LABEL.content_producer, wish=Wish(explicit=False)),
        lambda: measurer.walk(path, container=path.suffix[1:]),
    ):
        try:
            attempt()
        except MediaError as error:
            codes.add(error.code)
    assert codes <= set(TEXTS)
    assert {entry.name for entry in path.parent.iterdir()} <= {path.name, "out"}
    return codes


@pytest.mark.parametrize("kind", ATTACKED)
def test_cut_anywhere(kind: str, tmp_path: Path) -> None:
    data, path = attacked(kind), tmp_path / f"in.{made.KINDS[kind][0]}"
    for share in (0.002, 0.02, 0.3, 0.97):
        path.write_bytes(data[: max(14, int(len(data) * share))])
        assert survive(path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ATTACKED)
@given(flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), min_size=1, max_size=5), early=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_flipped_bits(kind: str, flips: list[tuple[float, int]], early: bool, tmp_path: Path) -> None:
    data = bytearray(attacked(kind))
    for place, value in flips:
        data[int(place * min(len(data), 600 if early else len(data)))] ^= value
    path = tmp_path / f"in.{made.KINDS[kind][0]}"
    path.write_bytes(data)

    survive(path)


@pytest.mark.parametrize("kind", ["gif cleared", "tiff", "avif", "heic"])
def test_every_early_byte_flipped(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"in.{made.KINDS[kind][0]}"
    for at in range(6, 160, 13):
        data = bytearray(attacked(kind))
        data[at] ^= 0xFF
        path.write_bytes(data)
        survive(path)


def tiff_of(rows: list[tuple[int, int, int, int]], *, after: int = 0) -> bytes:
    body = struct.pack("<H", len(rows)) + b"".join(struct.pack("<HHII", *row) for row in rows)
    return b"II*\0\x08\0\0\0" + body + struct.pack("<I", after) + b"\0" * 64


SHAPE = [(256, 4, 1, 64), (257, 4, 1, 64), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1)]
LIES = {
    "tiff that points at itself": ("tif", tiff_of([*SHAPE, (273, 4, 1, 8), (279, 4, 1, 4)], after=8)),
    "tiff with strips beyond the end": ("tif", tiff_of([*SHAPE, (273, 4, 1, 1 << 31), (279, 4, 1, 1 << 31)])),
    "tiff with a million strips": ("tif", tiff_of([*SHAPE, (273, 4, 1 << 28, 8), (279, 4, 1 << 28, 8)])),
    "tiff of 60000 x 60000": (
        "tif",
        tiff_of([(256, 4, 1, 60000), (257, 4, 1, 60000), *SHAPE[2:], (273, 4, 1, 8), (279, 4, 1, 4)]),
    ),
    "tiff without strips": ("tif", tiff_of(SHAPE)),
    "tiff of no width": ("tif", tiff_of([(256, 4, 1, 0), (257, 4, 1, 9), (273, 4, 1, 8), (279, 4, 1, 4)])),
    "gif of 65535 x 65535": ("gif", b"GIF89a\xff\xff\xff\xff\0\0\0\x2c\0\0\0\0\xff\xff\xff\xff\0\x08\x01\0\0\x3b"),
    "gif frame outside its screen": ("gif", b"GIF89a@\0@\0\0\0\0\x2c\x20\0\x20\0@\0@\0\0\x08\x01\0\0\x3b"),
    "gif of extensions only": ("gif", b"GIF89a@\0@\0\0\0\0" + b"\x21\xfe\x01a\0" * 3000 + b"\x3b"),
    "heic without items": ("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x0cmeta\0\0\0\0"),
    "avif with a box of 4 GiB": ("avif", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif\xff\xff\xff\xffmeta\0\0\0\0"),
    "png bomb of 16 bits": (
        "png",
        png.assemble(
            [
                png.Chunk(b"IHDR", struct.pack(">IIBBBBB", 16000, 16000, 16, 6, 0, 0, 0)),
                png.Chunk(b"IDAT", zlib.compress(bytes(100_000))),
                png.Chunk(b"IEND", b""),
            ]
        ),
    ),
}


@pytest.mark.parametrize("name", LIES)
@pytest.mark.timeout(20)
def test_lies_are_refused(name: str, tmp_path: Path) -> None:
    ending, data = LIES[name]
    path = tmp_path / f"in.{ending}"
    path.write_bytes(data)

    assert survive(path)


def test_ten_thousand_empty_frames_are_refused(tmp_path: Path) -> None:
    data = made.saved(small(), "GIF")
    block = next(block for block in gif.blocks(data) if block.kind == "image")
    path = tmp_path / "in.gif"
    path.write_bytes(data[: block.start] + b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02L\x01\0" * 10_000 + b"\x3b")

    assert "media.too_many_frames" in survive(path)


@pytest.mark.parametrize("kind", ["gif", "jpeg", "png", "webp"])
def test_what_hangs_behind_the_picture_does_not_come_along(kind: str, tmp_path: Path) -> None:
    path = made.source(tmp_path, kind)
    path.write_bytes(path.read_bytes() + b"PK\3\4 a second file " + b"x" * 999)

    for wish in (Wish(), Wish(explicit=False)):
        target = tmp_path / "out"
        draw_file(path, target, producer=LABEL.content_producer, wish=wish)
        assert b"a second file" not in target.read_bytes()


def test_frames_that_tear_the_label_are_refused(tmp_path: Path) -> None:
    frames = made.walking()
    data = made.saved(
        frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100, disposal=[1, 2, 2, 2], optimize=False
    )
    path = tmp_path / "in.gif"
    path.write_bytes(data)

    codes = survive(path)

    assert codes <= {"media.disposal"}


def test_a_palette_without_room_makes_room(tmp_path: Path) -> None:
    image = small().quantize(256)
    path = tmp_path / "in.gif"
    image.save(path, optimize=False)

    _, report, measured = made.labelled(path)

    assert report["notes"] == ["palette_merged"]
    assert measured["mean_outside"] < 0.1
