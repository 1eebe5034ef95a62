"""GIF and TIFF metadata: any valid label goes in and comes out, other tags and the media's digest stay."""

import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media_jobs.labelling import containers
from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.marks import Marks
from media_jobs.labelling.metadata import carrier, gif, tiff
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.reader import read_file
from tests.media_jobs.labelling.images import made
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, small

KINDS = ["gif", "gif moving", "tiff", "tiff 16 bit", "tiff pages", "png", "apng", "jpeg", "webp", "webp moving"]
RESERVED = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=200)
FILES: dict[str, bytes] = {}


@pytest.mark.parametrize("kind", KINDS)
@given(ids=st.text("ABCdef019._:-", min_size=1, max_size=64), reserved=RESERVED)
@settings(max_examples=6, deadline=None)
def test_any_valid_label_goes_round(kind: str, ids: str, reserved: str) -> None:
    label = AigcLabel("1", DEVELOPMENT_CODE, ids, reserved, DEVELOPMENT_CODE, ids, reserved)
    data = FILES.setdefault(kind, made.KINDS[kind][1]())
    with tempfile.TemporaryDirectory() as folder:
        path, once, twice = (Path(folder) / name for name in ("in", "once", "twice"))
        path.write_bytes(data)
        marks = carrier(containers.recognise(path))

        marks.write(path, once, Marks(label, SOURCE))
        marks.write(once, twice, Marks(label, SOURCE))

        for written in (once, twice):
            found = marks.read(written)
            assert [claim.place for claim in found.claims] == [containers.recognise(path).place]
            assert [one["values"] for one in read_file(written)["labels"]] == [label.values()]
            assert found.source_types == [SOURCE]
            assert marks.content(written) == marks.content(path)


def test_a_gifs_comments_loops_and_version(tmp_path: Path) -> None:
    data = made.animated(made.moving(), "GIF", comment=b"A cup")
    (tmp_path / "in").write_bytes(b"GIF87a" + data[6:])

    gif.CARRIERS["gif"].write(tmp_path / "in", tmp_path / "out", Marks(LABEL, SOURCE))

    after = (tmp_path / "out").read_bytes()
    assert after.startswith(b"GIF89a")
    named = [block.application for block in gif.blocks(after) if block.kind == gif.APPLICATION]
    assert named == [b"NETSCAPE2.0", b"XMP DataXMP"]
    assert b"A cup" in after
    assert after.replace(gif.extension(_packet(after)), b"")[6:] == data[6:]


def _packet(data: bytes) -> bytes:
    return next(gif.packet_of(data, block) for block in gif.blocks(data) if block.application == b"XMP DataXMP")


def test_labels_elsewhere_in_a_gif_and_a_tiff_are_read_and_replaced(tmp_path: Path) -> None:
    text = LABEL.to_json(wrapped=True)
    one, other = tmp_path / "one.gif", tmp_path / "other.tif"
    one.write_bytes(made.saved(small(), "GIF", comment=text.encode()))
    other.write_bytes(made.saved(small(), "TIFF", tiffinfo={270: text}))

    for path, place in ((one, "gif.comment"), (other, "tiff.description")):
        assert [label["location"] for label in read_file(path)["labels"]] == [place]
        marks = carrier(containers.recognise(path))
        marks.write(path, tmp_path / "out", Marks(LABEL, SOURCE))
        assert len(read_file(tmp_path / "out")["labels"]) == 1
        assert (tmp_path / "out").read_bytes().count(b"ContentProducer") == 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [1, 7])
def test_both_types_and_byte_orders_are_read(tmp_path: Path, order: str, kind: int) -> None:
    packet = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:T='http://www.tc260.org.cn/ns/AIGC/1.0/' "
        f"T:AIGC='{LABEL.to_json().replace(chr(34), '&quot;')}'/></rdf:RDF></x:xmpmeta>"
    ).encode()
    rows = [(256, 4, 1, 1), (257, 4, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
            (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, 1, 1), (700, kind, len(packet), 10)]  # fmt: skip
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 10 + len(packet) + len(packet) % 2)
    body = b"\x80\0" + packet + b"\0" * (len(packet) % 2) + struct.pack(f"{order}H", len(rows))
    for tag, form, count, value in rows:
        packed = struct.pack(f"{order}{'HH' if form == 3 else 'I'}", *((value, 0) if form == 3 else (value,)))
        body += struct.pack(f"{order}HHI", tag, form, count) + packed
    path = tmp_path / "in.tif"
    path.write_bytes(head + body + bytes(4))

    assert [label["values"] for label in read_file(path)["labels"]] == [LABEL.values()]
    tiff.CARRIERS["tiff"].write(path, tmp_path / "out.tif", Marks(LABEL, SOURCE))
    view = tiff.Tiff((tmp_path / "out.tif").read_bytes())
    assert view.pages[0].fields[700].kind == 7
    assert (tmp_path / "out.tif").read_bytes().count(b"ContentProducer") == 1
    with Image.open(tmp_path / "out.tif") as image:
        assert image.getpixel((0, 0)) == 128
