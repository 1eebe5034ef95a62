"""ID3: versions, unsynchronisation, extended headers, padding; every other frame byte for byte."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.labelling import containers
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata import carrier, id3
from media_jobs.labelling.reader import read_file
from tests.media_jobs.labelling.audio.sounds import LABEL, MARKS, SOURCE, decoded, sample, tags, written
from tests.media_jobs.labelling.audio.test_carriers import FOREIGN, marked


def frames_only() -> bytes:
    """The sample without its tag."""
    data = sample("mp3")
    return data[id3.length_at(data[:10]) :]


def seven(value: int) -> bytes:
    return bytes((value >> shift) & 127 for shift in (21, 14, 7, 0))


def frame(name: bytes, body: bytes, *, version: int = 3, flags: bytes = b"\0\0") -> bytes:
    size = seven(len(body)) if version == 4 else len(body).to_bytes(4, "big")
    return name + size + flags + body


def tag(body: bytes, *, version: int = 3, flags: int = 0) -> bytes:
    return b"ID3" + bytes((version, 0, flags)) + seven(len(body)) + body


PICTURE = b"\0image/png\0\3\0" + bytes(range(256)) * 40
TITLE = b"\1\xff\xfeT\0i\0"
KEPT = [(b"TIT2", TITLE), (b"APIC", PICTURE), (b"TPE1", b"\0Ann"), (b"GEOB", b"\0a\0b\0c\0" + b"\xff\xe0\xff\0" * 9)]


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("padding", [0, 7, 3000])
def test_other_frames_stay_byte_for_byte_and_padding_is_used(version: int, padding: int, tmp_path: Path) -> None:
    body = b"".join(frame(name, data, version=version) for name, data in KEPT) + bytes(padding)
    source = written(tmp_path, "mp3", tag(body, version=version) + frames_only())

    target = marked(source)
    found = id3.parse(target.read_bytes()[: id3.length_at(target.read_bytes()[:10])])

    assert [(one.id, one.body) for one in found.frames[: len(KEPT)]] == KEPT
    assert found.version == version
    assert [one.id for one in found.frames[len(KEPT) :]] == [b"TXXX", b"PRIV"]
    assert (target.stat().st_size == source.stat().st_size) == (padding == 3000)
    assert target.read_bytes().endswith(frames_only())
    assert tags(target)["title"] == "Ti"


def test_an_unsynchronised_tag_is_understood_and_written_plain(tmp_path: Path) -> None:
    body = b"".join(frame(name, data) for name, data in KEPT)
    hidden = bytearray()
    for index, byte in enumerate(body):
        hidden.append(byte)
        if byte == 0xFF and (index + 1 == len(body) or body[index + 1] >= 0xE0 or body[index + 1] == 0):
            hidden.append(0)
    source = written(tmp_path, "mp3", tag(bytes(hidden), flags=0x80) + frames_only())

    target = marked(source)
    data = target.read_bytes()
    found = id3.parse(data[: id3.length_at(data[:10])])

    assert not data[5]
    assert [(one.id, one.body) for one in found.frames[: len(KEPT)]] == KEPT
    assert tags(target)["title"] == "Ti"
    assert tags(target)["aigc"] == LABEL.to_json()


def test_an_extended_header_and_a_footer_are_understood(tmp_path: Path) -> None:
    body = frame(b"TIT2", TITLE)
    third = tag((6).to_bytes(4, "big") + bytes(6) + body, flags=0x40)
    fourth_body = seven(6) + b"\1\0" + frame(b"TIT2", TITLE, version=4)
    fourth = tag(fourth_body, version=4, flags=0x50) + b"3DI\4\0\x50" + seven(len(fourth_body))
    for front in (third, fourth):
        target = marked(written(tmp_path, "mp3", front + frames_only()))

        assert tags(target)["title"] == "Ti"
        assert tags(target)["aigc"] == LABEL.to_json()
        assert target.read_bytes().endswith(frames_only())


def test_plain_sizes_in_2_4_as_itunes_wrote_them(tmp_path: Path) -> None:
    body = frame(b"APIC", PICTURE, version=3) + frame(b"TIT2", TITLE, version=3)
    target = marked(written(tmp_path, "mp3", tag(body, version=4) + frames_only()))

    assert tags(target)["title"] == "Ti"
    assert tags(target)["aigc"] == LABEL.to_json()


def test_2_2_is_refused_with_its_version(tmp_path: Path) -> None:
    source = written(tmp_path, "mp3", tag(b"TT2\0\0\3\0Ti", version=2) + frames_only())

    with pytest.raises(MediaError) as caught:
        marked(source)

    assert (caught.value.code, caught.value.params) == ("audio.id3_version", {"version": "2.2"})


@pytest.mark.parametrize(
    "body",
    [
        frame(b"TXXX", b"\0AIGC\0" + FOREIGN.encode()),
        frame(b"TXXX", b"\0aigc\0" + FOREIGN.encode()),
        frame(b"TXXX", b"\1" + "AIGC\0".encode("utf-16") + FOREIGN.encode("utf-16")),
        frame(b"TXXX", b"\3AIGC\0" + FOREIGN.encode(), version=4, flags=b"\0\2"),
        frame(b"COMM", b"\0eng\0" + FOREIGN.encode()),
        frame(b"PRIV", b"XMP\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
              b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
              b"<rdf:Description rdf:about='' xmlns:TC260='http://www.tc260.org.cn/ns/AIGC/1.0/'><TC260:AIGC>"
              + FOREIGN.encode() + b"</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>"),
    ],
)  # fmt: skip
def test_foreign_labels_are_read_and_replaced(body: bytes, tmp_path: Path) -> None:
    version = 4 if body[9] == 2 else 3
    front = tag(body + body if body[9] != 2 else frame(b"TXXX", body[10:], version=4, flags=b"\0\2"), version=version)
    source = written(tmp_path, "mp3", front + frames_only())

    found, after = read_file(source), read_file(marked(source))

    assert {one["values"]["ContentProducer"] for one in found["labels"]} == {"doubao"}
    assert [(one["location"], one["values"]) for one in after["labels"]] == [("id3.txxx", LABEL.values())]
    assert after["digital_source_types"] == [SOURCE]


def test_labels_in_a_second_tag_and_in_ape_go(tmp_path: Path) -> None:
    front = tag(frame(b"TIT2", TITLE)) + tag(frame(b"TXXX", b"\0AIGC\0" + FOREIGN.encode()) + frame(b"TPE1", b"\0Ann"))
    items = [(b"AIGC", FOREIGN.encode()), (b"Artist", b"Ann")]
    body = b"".join(len(v).to_bytes(4, "little") + bytes(4) + k + b"\0" + v for k, v in items)
    foot = (
        b"APETAGEX"
        + (2000).to_bytes(4, "little")
        + (len(body) + 32).to_bytes(4, "little")
        + (2).to_bytes(4, "little")
        + bytes(12)
    )
    old = b"TAG" + b"T".ljust(125, b"\0")
    source = written(tmp_path, "mp3", front + frames_only() + body + foot + old)

    target = marked(source)

    assert len(read_file(source)["labels"]) == 2
    assert len(read_file(target)["labels"]) == 1
    assert target.read_bytes().count(b"ContentProducer") == 1
    assert target.read_bytes().endswith(old)
    assert b"Artist\0Ann" in target.read_bytes()
    content = carrier(containers.CONTAINERS["mp3"]).content
    assert content(source) == content(target)


@given(
    frames=st.lists(
        st.tuples(
            st.sampled_from([b"TIT2", b"TALB", b"PRIV", b"APIC", b"XYZ1", b"TXXX"]), st.binary(min_size=1, max_size=200)
        ),
        max_size=6,
    ),
    version=st.sampled_from([3, 4]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_frames_survive(frames: list[tuple[bytes, bytes]], version: int, tmp_path: Path) -> None:
    # a text that is named AIGC would be a label
    frames = [(name, body) for name, body in frames if not body.startswith(b"XMP\0") and b"AIGC" not in body.upper()]
    front = tag(b"".join(frame(name, body, version=version) for name, body in frames), version=version)
    source = written(tmp_path, "mp3", front + frames_only())
    target = tmp_path / "target.mp3"

    carrier(containers.CONTAINERS["mp3"]).write(source, target, MARKS)
    data = target.read_bytes()

    assert [(one.id, one.body) for one in id3.parse(data[: id3.length_at(data[:10])]).frames[:-2]] == frames
    assert (decoded(target) == decoded(source)).all()
