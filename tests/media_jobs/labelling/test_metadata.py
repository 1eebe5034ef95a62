"""The injectors change metadata and nothing else, whatever stood in the file before."""

import html
import io
import struct
import zlib

import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import jpeg, png, webp, xmp
from media_jobs.labelling.metadata.exif import Exif, cleaned
from tests.media_jobs.labelling import pictures
from tests.media_jobs.labelling.pictures import LABEL, SOURCE, encoded, sample

SMALL = sample().resize((96, 64))
FILES = {
    "jpeg": encoded(SMALL, "jpeg"),
    "png": encoded(SMALL, "png"),
    "webp": encoded(SMALL, "webp"),
    "webp lossless": encoded(SMALL, "webp", lossless=True),
    "webp alpha": encoded(Image.merge("RGBA", [*SMALL.split(), SMALL.getchannel(0)]), "webp"),
}
MODULES = {"jpeg": jpeg, "png": png, "webp": webp}
DC = "http://purl.org/dc/elements/1.1/"
ADOBE = "http://ns.adobe.com/xap/1.0/"


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


def packet(inner: str, attributes: str = "") -> bytes:
    return (
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        f"<rdf:Description rdf:about='uuid:1' xmlns:dc='{DC}' xmlns:xmp='{ADOBE}' "
        "xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/' "
        f"xmlns:Iptc4xmpExt='{xmp.IPTC_EXT}' {attributes}>{inner}</rdf:Description>"
        "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    ).encode()


def merged(existing: bytes | None) -> bytes:
    return xmp.merged(existing, label_json=LABEL.to_json(), source_type=SOURCE)


@pytest.mark.parametrize("name", FILES)
def test_the_packet_is_the_only_one_and_no_pixel_changes(name: str) -> None:
    module = MODULES[name.split(maxsplit=1)[0]]

    once = module.inject(FILES[name], b"<first/>")
    twice = module.inject(once, merged(None))

    assert module.xmp(twice) == [merged(None)]
    assert pixels(twice) == pixels(FILES[name])
    assert len(twice) - len(once) == pytest.approx(len(merged(None)) - len(b"<first/>"), abs=2)


@pytest.mark.parametrize("name", FILES)
@given(packets=st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_any_packet_can_be_written_and_replaced(name: str, packets: list[bytes]) -> None:
    module = MODULES[name.split(maxsplit=1)[0]]
    data = FILES[name]
    for one in packets:
        data = module.inject(data, one)

    assert module.xmp(data) == [packets[-1]]
    assert pixels(data) == pixels(FILES[name])


@given(
    st.lists(
        st.tuples(st.sampled_from([b"teSt", b"tEXt", b"zzZz", b"pHYs", b"prVt"]), st.binary(max_size=80)), max_size=5
    )
)
@settings(max_examples=40, deadline=None)
def test_every_other_png_chunk_stays(extra: list[tuple[bytes, bytes]]) -> None:
    parts = list(png.chunks(FILES["png"]))
    ours = [png.Chunk(kind, b"keyword\0" + body) for kind, body in extra]
    data = png.assemble([parts[0], *ours, *parts[1:]])

    after = list(png.chunks(png.inject(data, merged(None))))

    assert [part for part in after if not png.is_xmp(part)] == [parts[0], *ours, *parts[1:]]


@given(st.lists(st.tuples(st.sampled_from([0xE0, 0xE2, 0xED, 0xFE, 0xE1]), st.binary(max_size=80)), max_size=5))
@settings(max_examples=40, deadline=None)
def test_every_other_jpeg_segment_stays(extra: list[tuple[int, bytes]]) -> None:
    inserted = b"".join(b"\xff" + bytes([m]) + (len(b) + 2).to_bytes(2, "big") + b for m, b in extra)
    data = FILES["jpeg"][:2] + inserted + FILES["jpeg"][2:]

    after = jpeg.inject(data, merged(None))

    # Hypothesis knows our constants: an APP0 may begin like an XMP packet and is none, an APP1 is one and is replaced.
    def others(file: bytes) -> list[tuple[int, bytes]]:
        packet = (jpeg.XMP_ID, jpeg.EXTENDED_XMP_ID)
        found = [(s.marker, s.payload) for s in jpeg.segments(file)]
        return [(m, body) for m, body in found if m != jpeg.APP1 or not body.startswith(packet)]

    assert others(after) == others(data)
    assert after.endswith(FILES["jpeg"][-2000:])


@given(st.lists(st.tuples(st.sampled_from([b"ICCP", b"EXIF", b"ABCD"]), st.binary(max_size=81)), max_size=4))
@settings(max_examples=40, deadline=None)
def test_every_other_webp_chunk_stays(extra: list[tuple[bytes, bytes]]) -> None:
    parts = [*webp.chunks(FILES["webp alpha"]), *(webp.Chunk(kind, body) for kind, body in extra)]
    body = b"".join(part.encoded() for part in parts)
    data = b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body

    after = list(webp.chunks(webp.inject(data, merged(None))))

    assert after[0].data[0] & 0x04
    assert after[0].data[1:] == parts[0].data[1:]
    assert [part for part in after[1:] if part.type != b"XMP "] == parts[1:]


xml_text = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=60)
names = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True).filter(lambda name: "aigc" not in name)


@given(st.dictionaries(names, xml_text, max_size=6), st.dictionaries(names, xml_text, max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_other_properties_stay_and_ours_is_replaced(elements: dict[str, str], attributes: dict[str, str]) -> None:
    inner = "".join(f"<dc:{name}>{html.escape(text)}</dc:{name}>" for name, text in elements.items())
    inner += "<TC260:AIGC>{&quot;Label&quot;:&quot;1&quot;}</TC260:AIGC>"
    existing = packet(
        inner + "<Iptc4xmpExt:DigitalSourceType>old</Iptc4xmpExt:DigitalSourceType>",
        " ".join(f'xmp:{name}="{html.escape(text)}"' for name, text in attributes.items()),
    )

    new = merged(existing)
    again = merged(new)

    root = ElementTree.fromstring(new.decode().lstrip("\ufeff"))
    assert {name: root.findtext(f".//{{{DC}}}{name}", "") for name in elements} == elements
    kept = {key: value for node in root.iter() for key, value in node.attrib.items() if ADOBE in key}
    assert kept == {f"{{{ADOBE}}}{name}": " ".join(text.split("\n")) for name, text in attributes.items()}
    for one in (new, again):
        assert xmp.labels(one) == [LABEL.to_json()]
        assert xmp.source_types(one) == [SOURCE]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no xml",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><unclosed>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
        b"<x/>",
        b"\xff\xfe\x00",
        b"<a>" * 20_000,
    ],
)
def test_a_packet_that_cannot_be_merged_is_replaced(broken: bytes) -> None:
    assert xmp.labels(merged(broken)) == [LABEL.to_json()]


def test_embedded_previews_and_lost_second_pictures_do_not_stay() -> None:
    existing = packet(
        "<xmp:Thumbnails><rdf:Alt/></xmp:Thumbnails><dc:format>image/jpeg</dc:format>",
        "xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' hdrgm:Version='1.0'",
    )

    new = (xmp.cleaned(existing) or b"").decode()

    assert "Thumbnails" not in new
    assert "hdr-gain-map" not in new
    assert "image/jpeg" in new


def test_the_label_is_found_in_attribute_form_and_under_other_prefixes() -> None:
    text = html.escape(LABEL.to_json())
    other = f"<rdf:li xmlns:vendor='urn:vendor'><vendor:AIGCInfo>{text}</vendor:AIGCInfo></rdf:li>"

    assert xmp.labels(packet("", f"TC260:AIGC='{text}'")) == [LABEL.to_json()]
    assert xmp.labels(packet(other)) == [LABEL.to_json()]


def test_a_jpeg_packet_that_is_too_long_is_refused() -> None:
    with pytest.raises(MediaError) as caught:
        jpeg.inject(FILES["jpeg"], b"x" * 65_600)

    assert caught.value.code == "media.metadata_too_large"


def test_extended_xmp_is_read_in_order() -> None:
    text = packet(f"<TC260:AIGC>{html.escape(LABEL.to_json())}</TC260:AIGC>")
    guid, half = b"A" * 32, len(text) // 2
    parts = [(half, text[half:]), (0, text[:half])]
    segments = b""
    for offset, part in parts:
        body = jpeg.EXTENDED_XMP_ID + guid + struct.pack(">II", len(text), offset) + part
        segments += b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body

    found = jpeg.xmp(FILES["jpeg"][:2] + segments + FILES["jpeg"][2:])

    assert found == [text]


def test_a_text_bomb_is_cut_off() -> None:
    parts = list(png.chunks(FILES["png"]))
    bomb = png.Chunk(b"zTXt", b"AIGC\0\0" + zlib.compress(b"x" * 100_000_000))

    texts = png.texts(png.assemble([parts[0], bomb, *parts[1:]]))

    assert len(texts[0].text) <= 8 * 1024 * 1024


def test_exif_loses_its_thumbnail_and_keeps_its_fields() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6
    exif.get_ifd(0x8769)[0x829A] = (1, 100)
    block = bytearray(exif.tobytes()[6:])
    start = len(block)
    little = block[:2] == b"II"
    order = "<" if little else ">"
    first = struct.unpack(order + "I", block[4:8])[0]
    link = first + 2 + 12 * struct.unpack(order + "H", block[first : first + 2])[0]
    thumbnail = b"\xff\xd8thumbnail\xff\xd9"
    block[link : link + 4] = struct.pack(order + "I", start)
    ifd1 = struct.pack(order + "H", 2)
    ifd1 += struct.pack(order + "HHII", 0x0201, 4, 1, start + 30) + struct.pack(
        order + "HHII", 0x0202, 4, 1, len(thumbnail)
    )
    ifd1 += struct.pack(order + "I", 0)
    block += ifd1 + thumbnail

    after = cleaned(bytes(block))

    assert b"thumbnail" not in after
    assert (Exif(after).orientation, Exif(after).from_camera) == (6, True)
    assert Exif(after).bytes_of(0x0201, ifd=1) is None


@given(st.binary(max_size=400), st.sampled_from([b"II*\0", b"MM\0*", b""]))
@settings(max_examples=300, deadline=None)
def test_senseless_exif_is_passed_over(noise: bytes, head: bytes) -> None:
    view = Exif(head + noise)

    assert 1 <= view.orientation <= 8
    fresh = cleaned(head + noise)
    assert cleaned(fresh) == fresh
    assert not fresh or Exif(fresh).orientation == view.orientation


def test_only_what_describes_the_picture_stays_in_exif() -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x0112], exif[0x013B] = "Model", 3, "An artist"
    exif[0x8769] = {0x829A: (1, 100), 0xA430: "Owner Li", 0xA431: "SN-12345", 0x927C: b"maker notes" * 400}
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 30.0)}
    block = exif.tobytes()[6:]

    after = cleaned(block + b"hidden behind the fields")

    for gone in (b"Owner", b"SN-12345", b"maker notes", b"hidden"):
        assert gone not in after
    again = Image.Exif()
    again.load(b"Exif\0\0" + after)
    assert dict(again.get_ifd(0x8825)) == {}
    assert (again[0x0110], again[0x0112], again[0x013B]) == ("Model", 3, "An artist")
    assert again.get_ifd(0x8769)[0x829A] == (1, 100)


def test_values_that_overlap_cannot_blow_the_block_up() -> None:
    tags = sorted({0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298})
    rows = b"".join(struct.pack("<HHII", tag, 2, 60_000, 200) for tag in tags)
    block = b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + bytes(4) + b"x" * 61_000

    assert len(cleaned(block)) < 1000


def test_a_label_in_exif_does_not_stay() -> None:
    exif = Image.Exif()
    comment = b"ASCII\0\0\0" + LABEL.to_json(wrapped=True).encode()
    exif.get_ifd(0x8769)[0x9286] = comment
    block = exif.tobytes()[6:]

    assert Exif(block).user_comment == comment[8:]
    assert b"ContentProducer" not in cleaned(block)


def test_pictures_module_writes_what_exiftool_would() -> None:
    data = pictures.foreign(FILES["png"], "png")

    assert xmp.labels(png.xmp(data)[0]) == [pictures.OTHER.to_json()]
