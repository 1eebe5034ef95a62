"""What can be read and never written: FLV and AVI; and other kinds that are refused by name (check 32)."""

import io
import json
import struct
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from media_jobs.labelling import containers
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.probe import probe
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import draw_file, label_file, mark_file
from tests.media_jobs.labelling.boxes import films
from tests.media_jobs.labelling.boxes.films import FOREIGN, film, saved
from tests.media_jobs.labelling.pictures import LABEL, SOURCE
from tests.outside import require


def flv() -> bytes:
    """As FFmpeg writes it."""
    buffer = io.BytesIO()
    with av.open(io.BytesIO(film("mp4"))) as old, av.open(buffer, "w", format="flv") as out:
        out.metadata.update({"AIGC": FOREIGN, "title": "A title"})
        streams = {one.index: out.add_stream_from_template(one) for one in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    return buffer.getvalue()


def chunk(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def avi() -> bytes:
    """FFmpeg's, with the label put into its INFO list by hand: FFmpeg drops it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="avi") as out:
        picture = out.add_stream("mjpeg", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuvj420p"
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 80 * number, dtype=np.uint8), format="rgb24")
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
    data = buffer.getvalue()
    label = chunk(b"AIGC", FOREIGN.encode() + b"\0")
    body = data[12:] + chunk(b"LIST", b"INFO", chunk(b"INAM", b"A title\0"), label) + chunk(b"_PMX", films.XMP)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"AVI " + body


@pytest.mark.parametrize(
    ("name", "data", "places"), [("flv", flv, ["flv.onmetadata"]), ("avi", avi, ["avi.info", "avi.xmp"])]
)
def test_labels_are_read_and_nothing_is_written(tmp_path: Path, name: str, data: object, places: list[str]) -> None:
    source = saved(tmp_path, name, data())

    read = read_file(source)

    assert (read["format"], read["medium"], read["damaged"]) == (name, "video", "")
    assert [one["location"] for one in read["labels"]] == places
    assert {one["values"]["ContentProducer"] for one in read["labels"]} == {"somebody"}
    target = tmp_path / f"out.{name}"
    for attempt in (
        lambda: label_file(source, target, label=LABEL, digital_source_type=SOURCE),
        lambda: mark_file(source, target, label=LABEL, digital_source_type=SOURCE),
        lambda: draw_file(source, target, producer=LABEL.content_producer, wish=Wish()),
        lambda: probe(source),
    ):
        with pytest.raises(MediaError) as caught:
            attempt()
        assert (caught.value.code, caught.value.params) == ("media.unsupported_format", {"format": name.upper()})
    assert list(tmp_path.iterdir()) == [source]


def test_ffprobe_sees_what_we_see(tmp_path: Path) -> None:
    source = saved(tmp_path, "flv", flv())

    told = subprocess.run(
        [require("ffprobe"), "-v", "error", "-show_entries", "format_tags=AIGC", "-of", "json", str(source)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert json.loads(told.stdout)["format"]["tags"]["AIGC"] == FOREIGN


def test_labels_deep_in_flv_objects_are_found(tmp_path: Path) -> None:
    def text(value: bytes) -> bytes:
        return struct.pack(">H", len(value)) + value

    value = b"\x02" + text(FOREIGN.encode())
    inner = b"\x03" + text(b"vendorAIGC") + value + b"\0\0\x09"
    script = (
        b"\x02"
        + text(b"onMetaData")
        + b"\x08\0\0\0\1"
        + text(b"n")
        + b"\0"
        + bytes(8)
        + text(b"o")
        + inner
        + b"\0\0\x09"
    )
    data = b"FLV\1\5\0\0\0\x09" + bytes(4) + b"\x12" + len(script).to_bytes(3, "big") + bytes(7) + script + bytes(4)

    assert [one["text"] for one in read_file(saved(tmp_path, "flv", data))["labels"]] == [FOREIGN]


@pytest.mark.parametrize(
    ("name", "head", "shown"),
    [
        ("bmp", b"BM" + bytes(100), "BMP"),
        ("aac", b"\xff\xf1\x50\x80" + bytes(100), "AAC (ADTS)"),
        ("amr", b"#!AMR\n" + bytes(100), "AMR"),
    ],
)
def test_kinds_without_a_place_for_the_label_are_refused_by_name(
    tmp_path: Path, name: str, head: bytes, shown: str
) -> None:
    source = saved(tmp_path, name, head)

    for attempt in (
        lambda: read_file(source),
        lambda: label_file(source, tmp_path / "out", label=LABEL, digital_source_type=SOURCE),
    ):
        with pytest.raises(MediaError) as caught:
            attempt()
        assert (caught.value.code, caught.value.params) == ("media.unsupported_format", {"format": shown})
    assert list(tmp_path.iterdir()) == [source]


def test_every_kind_that_is_only_read_says_so() -> None:
    assert {one.name for one in containers.CONTAINERS.values() if not one.writable} >= {"flv", "avi"}
    for claimed in ("film.avi", "film.flv"):
        with pytest.raises(MediaError) as caught:
            containers.check_name(claimed, containers.CONTAINERS["mp4"])
        assert caught.value.code == "media.mismatched_type"
