"""HEIC and AVIF: the label in the XMP item, pictures and other metadata as they were (checks 18-20, 24, 25, 31)."""

import gzip
import io
import json
import re
import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from PIL import Image

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Claim, Marks
from tests.media_jobs.labelling.boxes import films
from tests.media_jobs.labelling.boxes.films import FOREIGN, JSON, box, inside, marked, picture, pixels, saved, walk
from tests.media_jobs.labelling.boxes.test_bmff import labels
from tests.media_jobs.labelling.pictures import SOURCE, sample
from tests.outside import require


def exif() -> bytes:
    """With a description, and a label as the image guide's Annex B has it."""
    made = Image.Exif()
    made[0x010E] = "described"
    made.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + f'{{"AIGC":{FOREIGN}}}'.encode()
    return made.tobytes()


def idat() -> bytes:
    """A HEIC whose picture and XMP stand inside `meta` (construction 1), as version 1 of iloc allows."""
    plain = picture("heic", xmp=films.XMP)
    old = next(plain[s:e] for kind, s, e in walk(plain) if kind == b"meta")
    iloc = inside(plain, b"meta", b"iloc")[0]
    version = iloc[8]
    offset, length, base, index = iloc[12] >> 4, iloc[12] & 15, iloc[13] >> 4, iloc[13] & 15
    at, data, rows = 16, b"", b""
    for _ in range(int.from_bytes(iloc[14:16], "big")):
        number = iloc[at : at + 2]
        at += 4 + (2 if version else 0)
        start = int.from_bytes(iloc[at : at + base], "big")
        at += base
        count = int.from_bytes(iloc[at : at + 2], "big")
        at += 2
        assert count == 1
        at += index if version else 0
        where = start + int.from_bytes(iloc[at : at + offset], "big")
        size = int.from_bytes(iloc[at + offset : at + offset + length], "big")
        at += offset + length
        rows += number + struct.pack(">HHHII", 1, 0, 1, len(data), size)
        data += plain[where : where + size]
    fresh = box(b"iloc", b"\1\0\0\0\x44\0", iloc[14:16], rows)
    children = b"".join(old[s:e] if k != b"iloc" else fresh for k, s, e in walk(old, 12) if k != b"idat")
    head = next(plain[s:e] for kind, s, e in walk(plain) if kind == b"ftyp")
    return head + box(b"meta", bytes(4), children, box(b"idat", data))


PICTURES = {
    "heic": lambda: ("heic", picture("heic")),
    "heic with metadata": lambda: ("heic", picture("heic", xmp=films.XMP, exif=exif())),
    "heic in idat": lambda: ("heic", idat()),
    "avif": lambda: ("avif", picture("avif")),
    "avif with metadata": lambda: ("avif", picture("avif", xmp=films.XMP, exif=exif())),
    "avif sequence": lambda: ("avif", sequence()),
}


def sequence() -> bytes:
    """A still picture and a film of two frames."""
    buffer = io.BytesIO()
    frame = sample().resize((96, 64))
    frame.save(buffer, "AVIF", save_all=True, append_images=[frame.rotate(90)], duration=100, quality=60, speed=10)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", PICTURES)
def test_the_label_comes_in_and_the_picture_stays(tmp_path: Path, kind: str) -> None:
    name, data = PICTURES[kind]()
    source = saved(tmp_path, name, data)

    target = marked(source)
    twice = marked(target, "twice")

    carrier = films.carrier_of(source)
    for path in (target, twice):
        found = carrier.read(path)
        assert found.claims == [Claim("heif.item.xmp", JSON)]
        assert found.source_types == [SOURCE]
        assert found.damaged == ""
        assert np.array_equal(pixels(path), pixels(source))
        assert carrier.content(path) == carrier.content(source)
        assert path.read_bytes().count(b"ContentProducer") == 1
        assert b"somebody" not in path.read_bytes()
    assert len(twice.read_bytes()) == len(target.read_bytes())


@pytest.mark.parametrize("kind", ["heic with metadata", "avif with metadata", "heic in idat"])
def test_other_metadata_stay(tmp_path: Path, kind: str) -> None:
    name, data = PICTURES[kind]()
    source = saved(tmp_path, name, data)
    places = {claim.place for claim in films.carrier_of(source).read(source).claims}

    target = marked(source)

    with Image.open(target) if name == "avif" else pillow_heif.open_heif(target).to_pillow() as opened:
        packet = bytes(opened.info["xmp"])
        assert b"kept" in packet
        assert JSON.replace('"', "&quot;").encode() in packet or JSON.encode() in packet
        if kind != "heic in idat":
            assert opened.getexif()[0x010E] == "described"
    assert places == ({"heif.item.xmp"} if "idat" in kind else {"heif.item.xmp", "exif.user_comment"})


@pytest.mark.parametrize("kind", PICTURES)
def test_exiftool_reads_the_label(tmp_path: Path, kind: str) -> None:
    name, data = PICTURES[kind]()
    target = marked(saved(tmp_path, name, data))

    told = json.loads(
        subprocess.run(
            [require("exiftool"), "-j", "-a", "-G1", "-XMP:all", str(target)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )[0]

    assert (told["XMP-TC260:Aigc"], told["XMP-iptcExt:DigitalSourceType"]) == (JSON, SOURCE)


def test_the_item_belongs_to_the_primary_picture(tmp_path: Path) -> None:
    after = marked(saved(tmp_path, "heic", picture("heic"))).read_bytes()

    primary = int.from_bytes(inside(after, b"meta", b"pitm")[0][12:14], "big")
    references = inside(after, b"meta", b"iref")[0]
    described = [
        (int.from_bytes(references[s + 8 : s + 10], "big"), int.from_bytes(references[s + 12 : s + 14], "big"))
        for kind, s, _ in walk(references, 12)
        if kind == b"cdsc"
    ]
    entries = inside(after, b"meta", b"iinf")[0]
    xmp = [
        int.from_bytes(entries[s + 12 : s + 14], "big")
        for _, s, e in walk(entries, 14)
        if b"mime\0application/rdf+xml\0" in entries[s:e]
    ]
    assert [(xmp[0], primary)] == described
    assert len(xmp) == 1


def test_a_picture_with_a_very_large_item_number_gets_wide_numbers(tmp_path: Path) -> None:
    data = bytearray(picture("heic", exif=exif()))
    for found in re.finditer(b"infe....(..)..Exif", bytes(data), re.DOTALL):
        old = found[1]
        data[found.start(1) : found.end(1)] = b"\xff\xff"
    iloc, cdsc = data.index(b"iloc"), data.index(b"cdsc")
    entry = data.index(old, iloc + 14)
    data[entry : entry + 2] = data[cdsc + 4 : cdsc + 6] = b"\xff\xff"
    source = saved(tmp_path, "heic", bytes(data))
    assert pillow_heif.open_heif(source).info["exif"]

    target = marked(source)

    assert np.array_equal(pixels(target), pixels(source))
    assert films.carrier_of(target).read(target).claims == [Claim("heif.item.xmp", JSON)]
    assert pillow_heif.open_heif(target).info["xmp"]
    assert pillow_heif.open_heif(target).info["exif"]
    boxes = [inside(target.read_bytes(), b"meta", kind)[0][8] for kind in (b"iloc", b"iref")]
    assert boxes == [2, 1]


@pytest.mark.parametrize("encoding", ["deflate", "gzip", "br"])
def test_a_packed_packet_is_read_and_replaced(tmp_path: Path, encoding: str) -> None:
    packed = {"deflate": zlib.compress, "gzip": gzip.compress, "br": bytes}[encoding](films.XMP)
    data = picture("heic", xmp=b"X" * len(packed)).replace(b"X" * len(packed), packed)
    entry = inside(data, b"meta", b"iinf")[0]
    grown = entry.replace(b"rdf+xml\0\0", b"rdf+xml\0" + encoding.encode() + b"\0")
    at = grown.rindex(b"infe") - 4
    more = len(encoding)
    grown = grown[:at] + (len(grown) - at).to_bytes(4, "big") + grown[at + 4 :]
    grown = len(grown).to_bytes(4, "big") + grown[4:]
    meta = inside(data, b"meta")[0]
    data = data.replace(meta, (len(meta) + more).to_bytes(4, "big") + meta[4:].replace(entry, grown))
    source = saved(tmp_path, "heic", shifted(data, more))
    carrier = films.carrier_of(source)

    if encoding == "br":  # not ours to unpack: said, and not written over
        assert carrier.read(source).damaged == "media.damaged"
        with pytest.raises(MediaError):
            marked(source)
        return
    assert "somebody" in carrier.read(source).claims[0].text
    target = marked(source)
    assert carrier.read(target).claims == [Claim("heif.item.xmp", JSON)]
    assert b"kept" in pillow_heif.open_heif(target).info["xmp"]
    assert np.array_equal(pixels(target), pixels(source))


def shifted(data: bytes, by: int) -> bytes:
    """All positions moved, in an iloc of version 0 whose extents count from a base."""
    out, at = bytearray(data), data.index(b"iloc") + 4
    assert out[at : at + 6] == b"\0\0\0\0\x44\x40"
    for row in range(at + 8, at + 8 + 18 * int.from_bytes(out[at + 6 : at + 8], "big"), 18):
        out[row + 4 : row + 8] = (int.from_bytes(out[row + 4 : row + 8], "big") + by).to_bytes(4, "big")
    return bytes(out)


def test_a_sequence_without_a_still_picture_is_refused(tmp_path: Path) -> None:
    data = sequence()
    without = b"".join(data[s:e] for kind, s, e in walk(data) if kind != b"meta")

    with pytest.raises(MediaError) as caught:
        marked(saved(tmp_path, "avif", without))

    assert caught.value.code == "media.unsupported_format"


@given(label=labels)
@settings(max_examples=15, deadline=None)
def test_any_label_goes_round(tmp_path_factory: pytest.TempPathFactory, label: object) -> None:
    folder = tmp_path_factory.mktemp("picture")
    for name in ("heic", "avif"):
        source = saved(folder, name, picture(name, xmp=films.XMP))

        target = marked(source, marks=Marks(label, SOURCE))

        assert [claim.text for claim in films.carrier_of(target).read(target).claims] == [label.to_json()]
        assert np.array_equal(pixels(target), pixels(source))
