"""What the reader finds, and what it says about it."""

import struct
import tempfile
from pathlib import Path
from typing import Any

import pytest

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import jpeg, png
from media_jobs.labelling.reader import read_file
from tests.media_jobs.labelling.pictures import OTHER, encoded, foreign, sample

SMALL = sample().resize((96, 64))


# Written as two vendors write them (values changed): producer code with a name for number, empty propagator.
def read_bytes(data: bytes) -> dict[str, Any]:
    """read_file, for bytes at hand."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return read_file(file.name)


VENDOR = [
    (
        (
            '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"cc75f5e99aae4210960acb722f10974e",'
            '"ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}'
        ),
        "91110102MACQD9K640",
        ["ContentPropagator:bad_value", "PropagateID:bad_value"],
    ),
    (
        (
            '{"Label":"1","ContentProducer":"00119144030008867405X210001","ProduceID":"tos-cn-i-x/c7fe057c6158",'
            '"ReservedCode1":"","ContentPropagator":"00119144030008867405X220001","PropagateID":"tos-cn-i-x/c7fe057c6158",'
            '"ReservedCode2":""}'
        ),
        "9144030008867405X2",
        [],
    ),
]


@pytest.mark.parametrize(("text", "number", "notes"), VENDOR)
def test_labels_as_vendors_write_them(text: str, number: str, notes: list[str]) -> None:
    found = read_bytes(foreign(encoded(SMALL, "png"), "png", body=text))

    (label,) = found["labels"]
    assert label["location"] == "png.itxt.xmp"
    assert label["text"] == text
    assert label["producer"]["number"] == number
    assert label["notes"] == notes
    assert label["well_formed"] == (not notes)


def test_several_labels_are_all_listed() -> None:
    data = foreign(encoded(SMALL, "png"), "png")
    parts = list(png.chunks(data))
    second = png.Chunk(b"tEXt", b"AIGC\0" + OTHER.to_json(wrapped=True).encode())

    found = read_bytes(png.assemble([parts[0], second, *parts[1:]]))

    assert [(label["location"], label["wrapped"]) for label in found["labels"]] == [
        ("png.itxt.xmp", False),
        ("png.text.AIGC", True),
    ]


def test_a_label_in_extended_xmp_is_found() -> None:
    packet = jpeg.xmp(foreign(encoded(SMALL, "jpeg"), "jpeg"))[0]
    body = jpeg.EXTENDED_XMP_ID + b"B" * 32 + struct.pack(">II", len(packet), 0) + packet
    plain = encoded(SMALL, "jpeg")
    data = plain[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + plain[2:]

    assert len(read_bytes(data)["labels"]) == 1


def test_a_label_in_broken_xml_is_still_seen() -> None:
    data = jpeg.inject(encoded(SMALL, "jpeg"), b"<x:xmpmeta><broken>" + OTHER.to_json().encode())

    (label,) = read_bytes(data)["labels"]
    assert label["values"]["ContentProducer"] == OTHER.content_producer


def test_c2pa_is_noted_and_said_to_be_unchecked() -> None:
    parts = list(png.chunks(encoded(SMALL, "png")))

    found = read_bytes(png.assemble([parts[0], png.Chunk(b"caBX", b"jumb"), *parts[1:]]))

    assert found["c2pa"] == {"present": True, "checked": False}


@pytest.mark.parametrize("container", ["jpeg", "png", "webp"])
def test_an_unlabelled_picture(container: str) -> None:
    found = read_bytes(encoded(SMALL, container))

    assert (found["labels"], found["digital_source_types"], found["damaged"]) == ([], [], "")


def test_a_cut_off_file_says_so_and_shows_what_is_left() -> None:
    data = foreign(encoded(SMALL, "png"), "png")

    found = read_bytes(data[:-20])

    assert found["damaged"] == "media.truncated"


def test_what_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for content, code in (
        (b"", "media.empty"),
        (b"\0\1\2text", "media.not_recognised"),
        (b"BM picture", "media.unsupported_format"),
    ):
        path.write_bytes(content)
        with pytest.raises(MediaError) as caught:
            read_file(path)
        assert caught.value.code == code
