"""What kind of file: told by content alone, by the name only between plain texts."""

import io
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from media_jobs.labelling.containers import CONTAINERS, check_name, recognise
from media_jobs.labelling.errors import MediaError

SOUND = {
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "libmp3lame"),
    "flac": ("flac", "flac"),
    "m4a": ("ipod", "aac"),
    "opus": ("ogg", "libopus"),
}
FILM = {
    "mp4": ("mp4", "libx264"),
    "mov": ("mov", "libx264"),
    "mkv": ("matroska", "libx264"),
    "webm": ("webm", "libvpx-vp9"),
}


def sound(path: Path, muxer: str, codec: str) -> None:
    with av.open(str(path), "w", format=muxer) as out:
        stream = out.add_stream(codec, rate=48_000, layout="mono")
        shape = (1, 960)
        kind = {"pcm_s16le": "s16", "flac": "s16", "libmp3lame": "s16p", "aac": "fltp", "libopus": "s16"}[codec]
        for number in range(20):
            samples = np.zeros(shape, np.float32 if kind == "fltp" else np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format=kind, layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, Fraction(1, 48_000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def film(path: Path, muxer: str, codec: str) -> None:
    with av.open(str(path), "w", format=muxer) as out:
        stream = out.add_stream(codec, rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")))
        out.mux(stream.encode(None))


@pytest.mark.parametrize("name", sorted(SOUND))
def test_sound(tmp_path: Path, name: str) -> None:
    path = tmp_path / "file"
    sound(path, *SOUND[name])

    assert recognise(path).name == name


@pytest.mark.parametrize("name", sorted(FILM))
def test_film(tmp_path: Path, name: str) -> None:
    path = tmp_path / "file"
    film(path, *FILM[name])

    assert recognise(path).name == name


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif", "tiff", "avif"])
def test_pictures(tmp_path: Path, name: str) -> None:
    path = tmp_path / "file"
    Image.new("RGB", (64, 64), "navy").save(path, format=name.upper())

    assert recognise(path).name == name


@pytest.mark.parametrize(
    ("content", "given", "expected"),
    [
        ("只是文字\n".encode(), "", "txt"),
        ("只是文字\n".encode("gb18030"), "", "txt"),
        ("文字".encode("utf-16"), "", "txt"),
        (b"# Title\n", "readme.md", "md"),
        (b"<!-- made by hand --><!DOCTYPE html><title>x</title>", "notes.txt", "html"),
        (b"<p>fragment</p>", "part.html", "html"),
    ],
)
def test_texts(tmp_path: Path, content: bytes, given: str, expected: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert recognise(path, name=given).name == expected


def test_a_character_cut_by_the_first_block_is_still_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" + "文".encode() * 40_000)

    assert recognise(path).name == "txt"


@pytest.mark.parametrize(("main", "expected"), [("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx")])
def test_office_documents(tmp_path: Path, main: str, expected: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(main, "<x/>")
    path = tmp_path / "file"
    path.write_bytes(buffer.getvalue())

    assert recognise(path).name == expected


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"BM" + bytes(60), "BMP"),
        (b"\xff\xf1\x50\x80" + bytes(60), "AAC (ADTS)"),
        (b"#!AMR\n" + bytes(60), "AMR"),
        (b"PK\5\6" + bytes(18), "ZIP"),
        (b"OggS" + bytes(60), "Ogg"),
    ],
)
def test_what_cannot_carry_a_label_is_named(tmp_path: Path, content: bytes, shown: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(MediaError) as caught:
        recognise(path)

    assert (caught.value.code, caught.value.params) == ("media.unsupported_format", {"format": shown})


@pytest.mark.parametrize(("content", "code"), [(b"", "media.empty"), (b"\0\1\2\3" * 9, "media.not_recognised")])
def test_what_is_nothing(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(MediaError) as caught:
        recognise(path)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "container"), [("a.png", "jpeg"), ("a.zip", "docx"), ("a.mp4", "webm"), ("a.wav", "mp3")]
)
def test_a_name_that_lies(name: str, container: str) -> None:
    with pytest.raises(MediaError) as caught:
        check_name(name, CONTAINERS[container])

    assert caught.value.code == "media.mismatched_type"


@pytest.mark.parametrize(
    ("name", "container"), [("a.JPG", "jpeg"), ("a.m4v", "mp4"), ("a.mp4", "mov"), ("a", "pdf"), ("a.bin", "gif")]
)
def test_a_name_that_fits_or_says_nothing(name: str, container: str) -> None:
    check_name(name, CONTAINERS[container])
