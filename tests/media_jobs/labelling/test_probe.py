"""What may come in, and what each refusal says."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from media_jobs.labelling.errors import TEXTS, MediaError
from media_jobs.labelling.labellers import ProbeLimits
from media_jobs.labelling.metadata import png
from media_jobs.labelling.probe import probe
from tests.media_jobs.labelling.pictures import OTHER, encoded, foreign, sample, saved

FORMATS = ["jpeg", "png", "webp"]


def refused(path: Path, **limits: int) -> MediaError:
    with pytest.raises(MediaError) as caught:
        probe(path, **limits)
    error = caught.value
    assert (error.message, error.way_out) == TEXTS[error.code]
    assert "%(" not in str(error)
    return error


def bomb(width: int, height: int) -> bytes:
    """A valid PNG of a few kilobytes that unpacks to width × height pixels."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(height * (1 + (width + 7) // 8), 50_000_000), 9)
    return png.assemble([png.Chunk(b"IHDR", head), png.Chunk(b"IDAT", rows), png.Chunk(b"IEND", b"")])


@pytest.mark.parametrize("container", FORMATS)
def test_an_ordinary_picture(tmp_path: Path, container: str) -> None:
    found = probe(saved(tmp_path, sample(), container))

    assert (found["format"], found["mime"]) == (container, f"image/{container}")
    assert (found["width"], found["height"], found["bits"], found["frames"]) == (600, 400, 8, 1)
    assert (found["labels"], found["c2pa"], found["camera"], found["has_alpha"]) == ([], False, False, False)


@pytest.mark.parametrize("container", FORMATS)
def test_a_picture_that_a_camera_turned(tmp_path: Path, container: str) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6
    exif.get_ifd(0x8769)[0x829A] = (1, 100)

    found = probe(saved(tmp_path, sample(), container, exif=exif.tobytes()))

    assert (found["orientation"], found["seen_width"], found["seen_height"]) == (6, 400, 600)
    assert found["camera"] is True


@pytest.mark.parametrize("container", FORMATS)
def test_an_existing_label_is_reported(tmp_path: Path, container: str) -> None:
    path = tmp_path / "in"
    path.write_bytes(foreign(encoded(sample(), container), container))

    found = probe(path)

    assert [label["values"]["ContentProducer"] for label in found["labels"]] == [OTHER.content_producer]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "media.empty"),
        (b"\0\1\2\3 no picture at all", "media.not_recognised"),
        (b"GIF89a" + b"\0" * 50, "media.damaged"),
        (b"BM" + b"\0" * 50, "media.unsupported_format"),
        (b"II+\0" + b"\0" * 50, "media.unsupported_format"),
        (b"%PDF-1.7\n", "media.unsupported_format"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "media.truncated"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "media.truncated"),
        (b"\xff\xd8\xff\xd9", "media.damaged"),
        (b"\x89PNG\r\n\x1a\n", "media.truncated"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "media.truncated"),
    ],
)
def test_what_is_no_picture_of_ours(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert refused(path).code == code


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing").code == "media.unreadable"
    assert refused(tmp_path).code == "media.unreadable"


def test_a_file_that_is_not_what_it_claims(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(sample(), "png"))

    error = refused(path)

    assert (error.code, error.params) == ("media.mismatched_type", {"claimed": ".jpg", "actual": "PNG"})
    with pytest.raises(MediaError):
        probe(saved(tmp_path, sample(), "png", "other"), name="holiday.webp")
    assert probe(path, name="upload.bin")["format"] == "png"


@pytest.mark.parametrize("container", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_picture(tmp_path: Path, container: str, share: float) -> None:
    data = encoded(sample(), container)
    path = tmp_path / "file"
    path.write_bytes(data[: int(len(data) * share)])

    assert refused(path).code == "media.truncated"


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb(16_000, 16_000))

    error = refused(path)

    assert path.stat().st_size < 100_000
    assert error.code == "media.too_large"
    assert error.params["max_megapixels"] == 100


@pytest.mark.parametrize(
    "chunks",
    [
        [png.Chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(3_000_000)))],
        [png.Chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(60_000_000)))],
        [png.Chunk(b"zTXt", b"k%d\0\0" % n + zlib.compress(bytes(1_000_000))) for n in range(80)],
    ],
    ids=["profile", "one text", "many texts"],
)
def test_metadata_that_unpacks_to_too_much_is_named(tmp_path: Path, chunks: list[png.Chunk]) -> None:
    parts = list(png.chunks(encoded(sample(), "png")))
    path = tmp_path / "file.png"
    path.write_bytes(png.assemble([parts[0], *chunks, *parts[1:]]))

    assert refused(path).code == "media.metadata_bomb"
    assert sum(len(text.text) for text in png.texts(path.read_bytes())) <= 8 * 1024 * 1024


def test_more_chunks_than_any_writer_makes(tmp_path: Path) -> None:
    parts = list(png.chunks(encoded(sample(), "png")))
    path = tmp_path / "file.png"
    path.write_bytes(png.assemble([parts[0], *[png.Chunk(b"tEXt", b"a\0b")] * 100_001, *parts[1:]]))

    assert refused(path).code == "media.damaged"


def test_a_header_that_lies_about_the_size(tmp_path: Path) -> None:
    parts = list(png.chunks(encoded(sample(), "png")))
    head = png.Chunk(b"IHDR", struct.pack(">II", 5000, 5000) + parts[0].data[8:])
    path = tmp_path / "file.png"
    path.write_bytes(png.assemble([head, *parts[1:]]))

    assert refused(path).code in {"media.truncated", "media.damaged"}


def test_twenty_thousand_pixels_wide_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("L", (20_000, 100)), "png")

    error = refused(path)

    assert (error.code, error.params["max_side"]) == ("media.too_large", 16_383)
    assert probe(path, limits=ProbeLimits(max_side=30_000))["width"] == 20_000


@pytest.mark.parametrize("container", ["png", "webp"])
def test_an_animation(tmp_path: Path, container: str) -> None:
    frames = [sample(), sample("sk_chelsea").resize((600, 400))]
    path = saved(tmp_path, frames[0], container, save_all=True, append_images=frames[1:], duration=100)

    found = probe(path)

    assert (found["frames"], found["duration"]) == (2, 0.2)
    assert refused(path, limits=ProbeLimits(max_frames=1)).code == "media.animated"


def test_cmyk(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, sample().convert("CMYK"), "jpeg")).code == "media.cmyk"


def test_sixteen_bits(tmp_path: Path) -> None:
    grey = Image.fromarray(np.linspace(0, 65535, 80 * 60).reshape(60, 80).astype(np.uint16))
    found = probe(saved(tmp_path, grey, "png"))
    assert (found["bits"], found["mode"]) == (16, "I;16")

    rows = b"".join(b"\0" + bytes(64 * 6) for _ in range(64))
    head = struct.pack(">IIBBBBB", 64, 64, 16, 2, 0, 0, 0)
    data = png.assemble([png.Chunk(b"IHDR", head), png.Chunk(b"IDAT", zlib.compress(rows)), png.Chunk(b"IEND", b"")])
    path = tmp_path / "colour.png"
    path.write_bytes(data)
    found = probe(path)
    assert (found["bits"], found["mode"]) == (16, "RGB;16")


def test_too_small_and_too_many_bytes(tmp_path: Path) -> None:
    assert refused(saved(tmp_path, sample().resize((600, 20)), "png")).code == "media.too_small"
    assert refused(saved(tmp_path, sample(), "png"), max_bytes=1000).code == "media.too_many_bytes"


def test_a_wrong_checksum(tmp_path: Path) -> None:
    data = bytearray(encoded(sample(), "png"))
    data[len(data) // 2] ^= 1
    path = tmp_path / "file.png"
    path.write_bytes(data)

    assert refused(path).code == "media.damaged"


def test_a_phones_second_picture_does_not_make_an_animation(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    sample().save(buffer, "MPO", save_all=True, append_images=[sample().resize((60, 40))])
    path = tmp_path / "phone.jpg"
    path.write_bytes(buffer.getvalue())

    assert probe(path)["width"] == 600
