"""Where strangers put a label into JPEG, PNG and WebP, and in which shapes: each is found, with its place and form."""

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.labelling.aigc import KEYS
from media_jobs.labelling.metadata import jpeg, loose, png
from media_jobs.labelling.reader import read_file
from tests.media_jobs.labelling.pictures import OTHER, SOURCE, encoded, foreign, sample

SMALL = sample().resize((48, 32))
JPEG, PNG, WEBP = (encoded(SMALL, name) for name in ("jpeg", "png", "webp"))
TEXT = OTHER.to_json()
WRAPPED = OTHER.to_json(wrapped=True)
NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"


def xmp(properties: str, attributes: str = "") -> bytes:
    return (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        f"<rdf:Description rdf:about='' xmlns:T='{NAMESPACE}' {attributes}>{properties}</rdf:Description></rdf:RDF>"
        "</x:xmpmeta>"
    ).encode()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def in_jpeg(*segments: tuple[int, bytes]) -> bytes:
    return JPEG[:2] + b"".join(jpeg.encoded(marker, body) for marker, body in segments) + JPEG[2:]


def in_png(*chunks: tuple[bytes, bytes]) -> bytes:
    first, *rest = png.chunks(PNG)
    return png.assemble([first, *(png.Chunk(kind, body) for kind, body in chunks), *rest])


def in_exif(tag: int, value: bytes, order: str = ">") -> bytes:
    """A block with one field in its EXIF directory (or in IFD 0, for captions)."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    kind = 7 if tag == 0x9286 else 1 if tag >= 0x9C9B and tag < 0x9CA0 else 2
    if tag != 0x9286:
        return mark + struct.pack(order + "IHHHII", 8, 1, tag, kind, len(value), 26) + bytes(4) + value
    first = struct.pack(order + "IHHHIII", 8, 1, 0x8769, 4, 1, 26, 0)
    return mark + first + struct.pack(order + "HHHIII", 1, tag, kind, len(value), 44, 0) + value


def iim(text: bytes) -> bytes:
    dataset = b"\x1c\x02\x78" + len(text).to_bytes(2, "big") + text
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(dataset).to_bytes(4, "big") + dataset


def read(tmp_path: Path, data: bytes) -> dict[str, Any]:
    path = tmp_path / "file"
    path.write_bytes(data)
    return read_file(path)


PACKED = png.XMP_KEYWORD + b"\0\1\0\0\0" + zlib.compress(xmp(f"<T:AIGC>{escaped(TEXT)}</T:AIGC>"))
HEXADECIMAL = b"Raw profile type xmp\0\0" + zlib.compress(
    b"\nxmp\n     500\n" + xmp(f"<T:AIGC>{escaped(TEXT)}</T:AIGC>").hex().encode() + b"\n"
)
FIELDS = "".join(f"<T:{key}>{escaped(value)}</T:{key}>" for key, value in OTHER.values().items())
_PARTS = list(png.chunks(foreign(PNG, "png")))
_XMP = next(part for part in _PARTS if png.is_xmp(part))
LATE = png.assemble([*(part for part in _PARTS[:-1] if part is not _XMP), _XMP, _PARTS[-1]])
PLACES = {
    "xmp": (in_jpeg((0xE1, jpeg.XMP_ID + xmp(f"<T:AIGC>{escaped(TEXT)}</T:AIGC>"))), "jpeg.app1.xmp", ""),
    "cdata": (in_jpeg((0xE1, jpeg.XMP_ID + xmp(f"<T:AIGC><![CDATA[{TEXT}]]></T:AIGC>"))), "jpeg.app1.xmp", ""),
    "attribute": (in_jpeg((0xE1, jpeg.XMP_ID + xmp("", f"T:AIGC='{TEXT}'"))), "jpeg.app1.xmp", "attribute"),
    "list": (
        in_jpeg((0xE1, jpeg.XMP_ID + xmp(f"<T:AIGC><rdf:Bag><rdf:li>{TEXT}</rdf:li></rdf:Bag></T:AIGC>"))),
        "jpeg.app1.xmp",
        "",
    ),
    "structure": (
        in_jpeg((0xE1, jpeg.XMP_ID + xmp(f"<T:AIGC rdf:parseType='Resource'>{FIELDS}</T:AIGC>"))),
        "jpeg.app1.xmp",
        "structure",
    ),
    "own namespace": (
        in_jpeg((0xE1, jpeg.XMP_ID + xmp(f"<v:AIGCInfo>{TEXT}</v:AIGCInfo>", "xmlns:v='http://vendor/'"))),
        "jpeg.app1.xmp",
        "foreign namespace",
    ),
    "utf-16": (
        in_jpeg((0xE1, jpeg.XMP_ID + xmp(f"<T:AIGC>{TEXT}</T:AIGC>").decode().encode("utf-16"))),
        "jpeg.app1.xmp",
        "",
    ),
    "broken xml": (in_jpeg((0xE1, jpeg.XMP_ID + b"<x><y " + TEXT.encode())), "jpeg.app1.xmp", "broken xml"),
    "extended": (
        in_jpeg((0xE1, jpeg.EXTENDED_XMP_ID + b"G" * 32 + bytes(8) + xmp(f"<T:AIGC>{TEXT}</T:AIGC>"))),
        "jpeg.app1.xmp.extended",
        "",
    ),
    "comment": (in_jpeg((0xFE, WRAPPED.encode())), "jpeg.comment", ""),
    "comment with words": (in_jpeg((0xFE, b"AIGC: " + TEXT.encode() + b" (end)")), "jpeg.comment", "within text"),
    "caption": (in_jpeg((0xED, iim(TEXT.encode()))), "jpeg.app13.iptc.2:120", ""),
    "exif ascii": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x9286, b"ASCII\0\0\0" + WRAPPED.encode()))),
        "exif.user_comment",
        "",
    ),
    "exif unicode, big": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x9286, b"UNICODE\0" + WRAPPED.encode("utf-16-be")))),
        "exif.user_comment",
        "unicode",
    ),
    "exif unicode, little": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x9286, b"UNICODE\0" + WRAPPED.encode("utf-16-le"), "<"))),
        "exif.user_comment",
        "unicode",
    ),
    "exif unicode against its block's order": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x9286, b"UNICODE\0" + WRAPPED.encode("utf-16-le"), ">"))),
        "exif.user_comment",
        "unicode",
    ),
    "exif jis": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x9286, b"JIS\0\0\0\0\0" + WRAPPED.encode("iso2022_jp")))),
        "exif.user_comment",
        "jis",
    ),
    "exif without code": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x9286, bytes(8) + WRAPPED.encode()))),
        "exif.user_comment",
        "undefined",
    ),
    "exif description": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x010E, TEXT.encode()))),
        "exif.image_description",
        "",
    ),
    "exif windows comment": (
        in_jpeg((0xE1, jpeg.EXIF_ID + in_exif(0x9C9C, TEXT.encode("utf-16-le"), "<"))),
        "exif.xp_comment",
        "utf-16",
    ),
    "png itxt": (foreign(PNG, "png"), "png.itxt.xmp", ""),
    "png packed xmp": (in_png((b"iTXt", PACKED)), "png.itxt.xmp", "compressed"),
    "png late xmp": (LATE, "png.itxt.xmp", "behind the image data"),
    "png text": (in_png((b"tEXt", b"AIGC\0" + WRAPPED.encode())), "png.text.AIGC", ""),
    "png packed text": (in_png((b"zTXt", b"AIGC\0\0" + zlib.compress(WRAPPED.encode()))), "png.ztxt.AIGC", ""),
    "png comment": (in_png((b"tEXt", b"Comment\0" + TEXT.encode())), "png.text.Comment", ""),
    "png hexadecimal": (in_png((b"zTXt", HEXADECIMAL)), "png.ztxt.raw_profile.xmp", ""),
    "png exif": (in_png((b"eXIf", in_exif(0x9286, b"ASCII\0\0\0" + WRAPPED.encode()))), "exif.user_comment", ""),
    "webp": (foreign(WEBP, "webp"), "webp.xmp", ""),
    "behind jpeg": (JPEG + TEXT.encode(), "after_end", "loose"),
    "behind png": (PNG + foreign(JPEG, "jpeg"), "after_end", "loose"),
    "behind webp": (WEBP + WRAPPED.encode(), "after_end", "loose"),
    "in an unknown segment": (in_jpeg((0xE5, TEXT.encode())), "elsewhere", "loose"),
    "in an unknown chunk": (in_png((b"prVt", TEXT.encode())), "elsewhere", "loose"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_label_is_found_wherever_it_stands(name: str, tmp_path: Path) -> None:
    data, place, form = PLACES[name]

    (label,) = read(tmp_path, data)["labels"]

    assert label["location"] == place
    assert label["form"] == form
    assert label["values"] == OTHER.values()


@pytest.mark.parametrize("name", ["xmp", "png itxt", "webp", "comment", "exif ascii", "caption"])
def test_the_writer_leaves_one_label_and_the_reader_agrees(name: str, tmp_path: Path) -> None:
    from media_jobs.labelling.writer import mark_file

    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(PLACES[name][0])
    mark_file(source, target, label=OTHER, digital_source_type=SOURCE)

    found = read_file(target)

    assert [label["location"] for label in found["labels"]] == [found["place"]]


def test_the_same_label_in_two_places_counts_twice(tmp_path: Path) -> None:
    data = foreign(in_jpeg((0xFE, WRAPPED.encode())), "jpeg")  # the injector takes the comment out
    assert len(read(tmp_path, data)["labels"]) == 1

    twice = jpeg.encoded(jpeg.COM, WRAPPED.encode())
    found = read(tmp_path, data[:2] + twice + data[2:] + TEXT.encode())

    assert {label["location"] for label in found["labels"]} == {"jpeg.app1.xmp", "jpeg.comment", "after_end"}


def test_what_stands_behind_the_end_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, JPEG + PNG)["trailing"] == {"bytes": len(PNG), "kind": "PNG"}
    assert read(tmp_path, PNG + b"PK\3\4rest")["trailing"] == {"bytes": 8, "kind": "ZIP"}
    assert read(tmp_path, WEBP + b"%PDF-1.7")["trailing"] == {"bytes": 8, "kind": "PDF"}
    assert read(tmp_path, JPEG + bytes(512))["trailing"] == {"bytes": 0, "kind": ""}


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_a_cut_file_still_tells_its_label(name: str, tmp_path: Path) -> None:
    data = foreign({"jpeg": JPEG, "png": PNG, "webp": WEBP}[name], name)
    found = read(tmp_path, data[: len(data) - 9])

    assert found["damaged"] == "media.truncated"
    assert [label["values"] for label in found["labels"]] == [OTHER.values()]


def test_a_kind_without_a_lawful_place_is_searched_all_the_same(tmp_path: Path) -> None:
    from media_jobs.labelling.errors import MediaError

    found = read(tmp_path, b"FORM\0\0\1\0AIFFAPPL\0\0\1\0AIGC" + TEXT.encode())

    assert (found["format"], found["damaged"]) == ("", "media.unsupported_format")
    assert found["labels"][0]["location"] == "elsewhere"
    with pytest.raises(MediaError):
        read(tmp_path, b"FORM\0\0\1\0AIFFAPPL")


@given(
    noise=st.binary(max_size=200),
    where=st.integers(0, 200),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "entities", "escaped"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_loose_search_finds_a_label_in_any_noise(noise: bytes, where: int, encoding: str, tmp_path: Path) -> None:
    noise = noise.replace(b"{", b"").replace(b"}", b"").replace(b"\\", b"").replace(b"&", b"")
    body = {
        "entities": escaped(TEXT).encode(),
        "escaped": TEXT.replace('"', '\\"').encode(),
    }.get(encoding) or TEXT.encode(encoding)
    data = noise[:where] + body + noise[where:]

    (found,) = loose.in_bytes(data)

    from media_jobs.labelling import aigc

    assert aigc.read(found).label == OTHER


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_the_loose_search_finds_nothing_in_noise(noise: bytes) -> None:
    assert loose.in_bytes(noise + b"ContentProducer" + noise) == []


def test_the_order_of_keys_and_doubled_ones_are_told(tmp_path: Path) -> None:
    values = OTHER.values()
    text = "{" + ",".join(f'"{key}":"{values[key]}"' for key in reversed(KEYS)) + ',"Label":"2"}'

    (label,) = read(tmp_path, foreign(PNG, "png", body=text))["labels"]

    assert label["keys"] == [*reversed(KEYS), "Label"]
    assert "Label:duplicate" in label["notes"]
