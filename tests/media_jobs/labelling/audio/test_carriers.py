"""The label in every sound container: one, in its place, nothing else touched (checks 18 to 20, 25, 28, 29, 31)."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_jobs.labelling import containers
from media_jobs.labelling.aigc import KEYS, AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Marks
from media_jobs.labelling.metadata import carrier, flac, ogg, vorbis
from media_jobs.labelling.metadata.riff import encoded
from media_jobs.labelling.readback import audio
from media_jobs.labelling.reader import read_file
from tests.media_jobs.labelling.audio.sounds import (
    CONTAINERS,
    LABEL,
    MARKS,
    SOURCE,
    chunked,
    decoded,
    riff,
    sample,
    tags,
    written,
)  # fmt: skip
from tests.outside import require

ELEMENT = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1, max_size=60
)
RESERVED = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=3000)


def marked(source: Path, marks: Marks = MARKS, name: str = "marked") -> Path:
    target = source.with_name(name + source.suffix)
    carrier(containers.recognise(source)).write(source, target, marks)
    return target


@pytest.mark.parametrize("name", CONTAINERS)
def test_written_once_read_everywhere(name: str, tmp_path: Path) -> None:
    source = written(tmp_path, name)

    target = marked(source)
    found = read_file(target)

    assert [one["location"] for one in found["labels"]] == [containers.CONTAINERS[name].place]
    assert found["labels"][0]["values"] == LABEL.values()
    assert found["labels"][0]["well_formed"]
    assert found["digital_source_types"] == [SOURCE]
    assert found["damaged"] == ""
    walked = audio.walk(target, container=name)
    assert (walked.container, walked.faults, walked.mentions) == (name, [], 1)
    assert walked.labels == [(containers.CONTAINERS[name].place, LABEL.to_json())]
    assert walked.source_types == [SOURCE]


@pytest.mark.parametrize("name", CONTAINERS)
def test_nothing_else_changes_and_twice_is_once(name: str, tmp_path: Path) -> None:
    source = written(tmp_path, name)
    keeper = carrier(containers.CONTAINERS[name])

    once = marked(source)
    twice = marked(once, name="twice")

    assert twice.read_bytes() == once.read_bytes()
    assert keeper.content(source) == keeper.content(once)
    assert (decoded(once) == decoded(source)).all()
    assert {key: value for key, value in tags(once).items() if key in tags(source)} == tags(source)
    if name != "wav":
        assert tags(once)["aigc"] == LABEL.to_json()


@pytest.mark.parametrize("name", CONTAINERS)
@given(values=st.tuples(ELEMENT, ELEMENT, RESERVED, ELEMENT, ELEMENT, RESERVED))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_valid_label_survives(name: str, values: tuple[str, ...], tmp_path: Path) -> None:
    label = AigcLabel("1", *values)
    source = written(tmp_path, name)

    target = marked(source, Marks(label, SOURCE))
    again = marked(target, MARKS, name="again")

    assert [one["values"] for one in read_file(target)["labels"]] == [label.values()]
    assert [one["values"] for one in read_file(again)["labels"]] == [LABEL.values()]
    assert again.read_bytes() == marked(source, MARKS, name="fresh").read_bytes() or name == "mp3"  # its padding stays


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTAINERS)
def test_independent_programs_agree(name: str, tmp_path: Path) -> None:
    target = marked(written(tmp_path, name))

    probed = json.loads(
        subprocess.run(
            [require("ffprobe"), "-v", "error", "-show_entries", "format_tags:stream_tags", "-of", "json", target],
            capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    exif = json.loads(
        subprocess.run(
            [require("exiftool"), "-j", "-a", "-G1", target], capture_output=True, text=True, check=True
        ).stdout
    )[0]
    info = subprocess.run([require("mediainfo"), target], capture_output=True, text=True, check=True).stdout
    heard = {
        key.lower(): value
        for part in (probed["format"], *probed["streams"])
        for key, value in part.get("tags", {}).items()
    }

    assert not [key for key in exif if "Warning" in key or "Error" in key]
    assert SOURCE in {value for key, value in exif.items() if key.endswith(("DigitalSourceType", "Digitalsourcetype"))}
    assert heard["title"] == "标题"
    if name == "wav":  # players skip the chunk; a walk finds it (check 28)
        data = target.read_bytes()
        assert [json.loads(body) for kind, body in riff(data) if kind == b"AIGC"] == [LABEL.values()]
    else:
        assert tuple(json.loads(heard["aigc"])) == KEYS
        assert "ContentProducer" in info
        assert sum("ContentProducer" in str(value) for value in exif.values()) == 1


def test_wav_keeps_every_other_chunk_and_mends_the_sizes(tmp_path: Path) -> None:
    base = riff(sample("wav"))
    extra = [(b"bext", b"x" * 605), (b"cue ", bytes(4)), (b"iXML", b"<BWFXML/>"), (b"abcd", b"odd")]
    source = written(tmp_path, "wav", chunked([base[0], *extra, *base[1:]]))

    chunks = riff(marked(source).read_bytes())

    assert [one for one in chunks if one[0] not in {b"AIGC", b"_PMX"}] == riff(source.read_bytes())
    assert [kind for kind, _ in chunks].index(b"AIGC") < [kind for kind, _ in chunks].index(b"data")


def test_a_wav_from_a_pipe_gets_true_sizes(tmp_path: Path) -> None:
    data = bytearray(sample("wav"))
    at = data.index(b"data") + 4
    data[4:8] = data[at : at + 4] = b"\xff" * 4
    source = written(tmp_path, "wav", bytes(data))

    chunks = riff(marked(source).read_bytes())

    assert dict(chunks)[b"data"] == dict(riff(sample("wav")))[b"data"]


FOREIGN = json.dumps({"AIGC": {**LABEL.values(), "Label": 1, "ContentProducer": "doubao"}})


@pytest.mark.parametrize(
    ("chunk", "place"),
    [
        ((b"AIGC", FOREIGN.encode()), "riff.aigc"),
        ((b"aigc", FOREIGN.encode()), "riff.other"),
        ((b"LIST", b"INFO" + encoded(b"AIGC", FOREIGN.encode())), "riff.info.aigc"),
        ((b"LIST", b"INFO" + encoded(b"ICMT", FOREIGN.encode())), "riff.info.icmt"),
        ((b"iXML", b"<BWFXML>" + FOREIGN.encode() + b"</BWFXML>"), "riff.ixml"),
    ],
)  # fmt: skip
def test_wav_labels_in_other_places_are_read_and_replaced(
    chunk: tuple[bytes, bytes], place: str, tmp_path: Path
) -> None:
    base = riff(sample("wav"))
    source = written(tmp_path, "wav", chunked([*base, chunk]))

    found = read_file(source)["labels"]
    after = read_file(marked(source))["labels"]

    assert [one["location"] for one in found] == [place]
    assert [one["location"] for one in after] == ["riff.aigc"]


@pytest.mark.parametrize("key", ["AIGC", "aigc", "Tc260.Aigc", "COMMENT"])
@pytest.mark.parametrize("name", ["flac", "ogg", "opus"])
def test_comments_are_read_in_any_case_and_replaced(name: str, key: str, tmp_path: Path) -> None:
    source = written(tmp_path, name)
    entry = f"{key}={FOREIGN}".encode()
    doubled = vorbis.Comments(b"x", (b"TITLE=T", entry, entry, b"DIGITALSOURCETYPE=old"))
    foreign = tmp_path / f"foreign.{name}"
    if name == "flac":
        with foreign.open("wb") as out, source.open("rb") as file:
            here, data = flac.layout(file), source.read_bytes()
            blocks = [(one.kind, data[one.start : one.start + one.length]) for one in here.blocks]
            blocks = [(kind, doubled.encoded() if kind == flac.COMMENT else body) for kind, body in blocks]
            out.write(b"fLaC")
            for index, (kind, data) in enumerate(blocks):
                out.write(
                    bytes((kind | (128 if index == len(blocks) - 1 else 0),)) + len(data).to_bytes(3, "big") + data
                )
            out.write(source.read_bytes()[here.start :])
    else:
        ogg.with_comments(source, foreign, vorbis.Comments(b"x", doubled.entries, b"\1" if name == "ogg" else b""))

    found, after = read_file(foreign), read_file(marked(foreign))

    assert len(found["labels"]) == 2
    assert {one["values"]["ContentProducer"] for one in found["labels"]} == {"doubao"}
    assert [one["values"] for one in after["labels"]] == [LABEL.values()]
    assert after["digital_source_types"] == [SOURCE]
    assert tags(marked(foreign))["title"] == "T"


def test_flac_behind_an_id3_tag(tmp_path: Path) -> None:
    frame = b"TXXX" + (6 + len(FOREIGN)).to_bytes(4, "big") + b"\0\0" + b"\0AIGC\0" + FOREIGN.encode()
    front = b"ID3\3\0\0" + bytes((0, 0, len(frame) >> 7, len(frame) & 127)) + frame
    source = written(tmp_path, "flac", front + sample("flac"))

    found, after = read_file(source), read_file(marked(source))

    assert (found["format"], [one["location"] for one in found["labels"]]) == ("flac", ["id3.txxx"])
    assert [one["location"] for one in after["labels"]] == ["vorbis.comment"]
    assert marked(source).read_bytes().startswith(b"ID3")


@pytest.mark.parametrize("length", [10, 230, 254, 255, 256, 510, 4000, 65025, 65030, 140_000])
@pytest.mark.parametrize("name", ["ogg", "opus"])
def test_ogg_comments_of_any_length(name: str, length: int, tmp_path: Path) -> None:
    source, target = written(tmp_path, name), tmp_path / f"long.{name}"
    kept = vorbis.Comments(b"v", (b"COVERART=" + b"x" * length, b"TITLE=T"), b"\1" if name == "ogg" else b"")

    ogg.with_comments(source, target, kept)

    assert audio.walk(target, container=name).faults == []
    assert len(tags(target)["coverart"]) == length
    assert (decoded(target) == decoded(source)).all()
    assert carrier(containers.CONTAINERS[name]).content(target) == carrier(containers.CONTAINERS[name]).content(source)


@pytest.mark.parametrize("name", ["ogg", "opus"])
def test_chained_ogg_is_refused_but_all_of_it_read(name: str, tmp_path: Path) -> None:
    second = marked(written(tmp_path, name)).read_bytes()
    source = written(tmp_path, name, sample(name) + second)

    assert len(read_file(source)["labels"]) == 1
    with pytest.raises(MediaError) as caught:
        marked(source, name="again")
    assert caught.value.code == "audio.several_streams"


def test_what_has_no_place_for_a_label_is_refused(tmp_path: Path) -> None:
    for data in (b"RF64" + bytes(60), b"BW64" + bytes(60), b"\xff\xf1\x50\x80" + bytes(200), b"#!AMR\n" + bytes(50),
                 b"ID3\4\0\0\0\0\0\0\xff\xf1\x50\x80" + bytes(200), b"FORM\0\0\0\0AIFF"):  # fmt: skip
        path = written(tmp_path, "wav", data)
        with pytest.raises(MediaError) as caught:
            containers.recognise(path)
        assert caught.value.code == "media.unsupported_format"
