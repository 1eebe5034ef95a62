"""MKV and WebM: one tag about the whole file, clusters untouched, indexes right (checks 18-20, 24, 25, 29, 31)."""

import hashlib
import json
import subprocess
import zlib
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_jobs.labelling.aigc import AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Claim, Marks
from tests.media_jobs.labelling.boxes import films
from tests.media_jobs.labelling.boxes.films import FOREIGN, JSON, film, marked, remuxed, saved
from tests.media_jobs.labelling.boxes.test_bmff import labels, words
from tests.media_jobs.labelling.pictures import SOURCE
from tests.outside import require

SEGMENT, CLUSTER, TAGS, SEEK, CUES = "18538067", "1f43b675", "1254c367", "114d9b74", "1c53bb6b"
SHORT = ("cluster_time_limit", "200")


def vint(value: int, wide: int) -> bytes:
    return (1 << 7 * wide | value).to_bytes(wide, "big")


def element(number: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes.fromhex(number) + vint(len(body), 4) + body


def walk(data: bytes, at: int = 0, end: int | None = None) -> list[tuple[str, int, int, int]]:
    """(id, start, start of content, end) of each element; one of unknown size reaches to the end."""
    found, end = [], len(data) if end is None else end
    while at < end:
        wide = 9 - data[at].bit_length()
        more = 9 - data[at + wide].bit_length()
        size = int.from_bytes(data[at + wide : at + wide + more], "big") - (1 << 7 * more)
        body = at + wide + more
        stop = end if size == (1 << 7 * more) - 1 else body + size
        found.append((data[at : at + wide].hex(), at, body, stop))
        at = stop
    return found


def level1(data: bytes) -> tuple[int, list[tuple[str, int, int, int]]]:
    segment = next(one for one in walk(data) if one[0] == SEGMENT)
    return segment[2], walk(data, segment[2], segment[3])


def live() -> bytes:
    """As a browser records: Segment and Clusters of unknown size, no index; the sizes of a finished file taken out."""
    data = film("webm", SHORT)
    start, parts = level1(data)
    out = data[: start - 8] + b"\x01" + b"\xff" * 7
    for number, at, body, end in parts:
        if number == CLUSTER:
            out += bytes.fromhex(CLUSTER) + b"\x01" + b"\xff" * 7 + data[body:end]
        elif number not in {SEEK, CUES, TAGS, "ec"}:
            out += data[at:end]
    return out


def tags_last() -> bytes:
    """As mkvmerge writes: Tags behind the Clusters, a Position and checksum in each Cluster; SeekHead knows them."""
    data = film("mkv", SHORT, tags=films.TITLE)
    start, parts = level1(data)
    tag = element(
        "7373",
        element("63c0"),
        *(simple(name, text) for name, text in (("TITLE", "kept"), ("AIGC", FOREIGN), ("aigc", FOREIGN))),
    )
    body, moved = b"", {}
    for number, _, inner, end in parts:
        if number in {SEEK, CUES, TAGS, "ec"}:
            continue
        moved[number] = len(body) + 100
        content = data[inner:end]
        if number == CLUSTER:
            first = walk(content)[1] if content[:1] == b"\xbf" else walk(content)[0]
            content = (
                content[first[1] : first[3]] + element("a7", (len(body) + 100).to_bytes(4, "big")) + content[first[3] :]
            )
            content = element("bf", zlib.crc32(content).to_bytes(4, "little")) + content
        body += element(number, content)
    moved[TAGS] = len(body) + 100
    body += element(TAGS, tag)
    seek = element(
        SEEK,
        *(
            element("4dbb", element("53ab", bytes.fromhex(n)), element("53ac", at.to_bytes(3, "big")))
            for n, at in moved.items()
            if n != CLUSTER
        ),
    )
    body = seek + b"\xec" + vint(100 - len(seek) - 2, 1) + bytes(100 - len(seek) - 2) + body
    return data[: start - 12] + element(SEGMENT, body)


def simple(name: str, text: str, *more: bytes) -> bytes:
    return element("67c8", element("45a3", name.encode()), element("4487", text.encode()), *more)


FILMS = {
    "mkv": lambda: ("mkv", film("mkv", SHORT, tags=(*films.TITLE, ("AIGC", FOREIGN)))),
    "mkv, cues first": lambda: ("mkv", film("mkv", SHORT, ("cues_to_front", "1"), ("reserve_index_space", "0"))),
    "mkv, tags last": lambda: ("mkv", tags_last()),
    "webm": lambda: ("webm", film("webm", SHORT, tags=films.TITLE)),
    "webm, live": lambda: ("webm", live()),
}


@pytest.mark.parametrize("kind", FILMS)
def test_the_label_comes_in_and_nothing_else_changes(tmp_path: Path, kind: str) -> None:
    name, data = FILMS[kind]()
    source = saved(tmp_path, name, data)
    before = {key: text for key, text in films.tags(source).items() if "AIGC" not in key.upper()}

    target = marked(source)
    twice = marked(target, "twice")

    for path in (target, twice):
        after = films.tags(path)
        assert (after.pop("AIGC"), after.pop("DIGITAL_SOURCE_TYPE")) == (JSON, SOURCE)
        assert after == before
        assert films.packets(path) == films.packets(source)
        found = films.carrier_of(path).read(path)
        assert (found.claims, found.source_types) == ([Claim("matroska.tag", JSON)], [SOURCE])
        assert found.damaged == ""
        assert path.read_bytes().count(b"ContentProducer") == 1
    assert twice.read_bytes() == target.read_bytes()


@pytest.mark.parametrize("kind", FILMS)
def test_positions_name_what_stands_there(tmp_path: Path, kind: str) -> None:
    name, data = FILMS[kind]()

    after = marked(saved(tmp_path, name, data)).read_bytes()

    start, parts = level1(after) if "live" not in kind else (0, [])
    named = set()
    for number, _, body, end in parts:
        if number == SEEK:
            for _, _, inner, stop in walk(after, body, end):
                entry = {n: after[b:e] for n, _, b, e in walk(after, inner, stop)}
                at = start + int.from_bytes(entry["53ac"], "big")
                assert after[at : at + len(entry["53ab"])] == entry["53ab"]
                named.add(entry["53ab"].hex())
        if number == CUES:
            for point, _, inner, stop in walk(after, body, end):
                for track, _, b, e in walk(after, inner, stop) if point == "bb" else []:
                    for n, _, bb, ee in walk(after, b, e) if track == "b7" else []:
                        at = start + int.from_bytes(after[bb:ee], "big")
                        assert n != "f1" or after[at : at + 4].hex() == CLUSTER
        if number == CLUSTER:
            for n, _, b, e in walk(after, body, end):
                assert n != "a7" or start + int.from_bytes(after[b:e], "big") == body - 8
                assert n != "bf" or int.from_bytes(after[b:e], "little") == zlib.crc32(after[e:end])
    assert not parts or TAGS in named
    assert [n for n, *_ in parts].count(TAGS) == (1 if parts else 0)
    ids = [n for n, *_ in parts]
    assert not parts or ids.index(TAGS) < ids.index(CLUSTER)


def test_clusters_without_position_are_the_same_bytes(tmp_path: Path) -> None:
    data = film("mkv", SHORT)

    after = marked(saved(tmp_path, "mkv", data)).read_bytes()

    old, new = ([d[s:e] for n, s, _, e in level1(d)[1] if n == CLUSTER] for d in (data, after))
    assert old == new
    assert len(old) > 2


@pytest.mark.parametrize("kind", ["mkv, cues first", "mkv, tags last", "webm, live"])
def test_other_programs_read_the_label_play_and_seek(tmp_path: Path, kind: str) -> None:
    name, data = FILMS[kind]()
    target = marked(saved(tmp_path, name, data))

    shown = subprocess.run(
        [require("ffprobe"), "-v", "error", "-show_entries", "format_tags=AIGC", "-of", "json", str(target)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    played = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(target), "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    tool = subprocess.run(
        [require("exiftool"), "-j", "-AIGC", "-DigitalSourceType", str(target)],
        capture_output=True,
        text=True,
        check=True,
    )
    info = subprocess.run([require("mediainfo"), str(target)], capture_output=True, text=True, check=True)

    assert json.loads(shown.stdout)["format"]["tags"]["AIGC"] == JSON
    assert shown.stderr == played.stderr == ""
    assert json.loads(tool.stdout)[0]["Aigc"] == JSON
    assert JSON in info.stdout
    with av.open(str(target)) as opened:
        opened.seek(600_000)
        first = next(opened.demux(video=0))
        assert first.is_keyframe
        assert first.pts is not None


def test_labels_in_odd_tags_are_found_and_become_the_one(tmp_path: Path) -> None:
    data = film("mkv", SHORT)
    start, parts = level1(data)
    odd = [
        element("7373", element("63c0", element("63c5", b"\x01")), simple("AIGC", FOREIGN), simple("KEPT", "one")),
        element("7373", element("63c0"), simple("OUTER", "kept two", simple("AIGC", FOREIGN))),
        element("7373", element("63c0"), simple("COMMENT", FOREIGN)),
        element("7373", element("63c0"), element("67c8", element("45a3", b"AIGC"), element("4485", FOREIGN.encode()))),
    ]
    cluster = next(at for n, at, _, _ in parts if n == CLUSTER)
    body = data[start:cluster] + element(TAGS, *odd[:2]) + data[cluster:] + element(TAGS, *odd[2:])
    source = saved(tmp_path, "mkv", data[: start - 12] + element(SEGMENT, body))

    before = films.carrier_of(source).read(source)
    target = marked(source)

    assert [(claim.place, claim.form) for claim in before.claims] == [
        ("matroska.tag.target", ""),
        ("matroska.tag.nested", ""),
        ("matroska.tag.COMMENT", ""),
        ("matroska.tag", "binary"),
    ]
    assert films.carrier_of(target).read(target).claims == [Claim("matroska.tag", JSON)]
    after = target.read_bytes()
    assert b"somebody" not in after
    assert b"KEPT" in after
    assert b"kept two" in after


def test_what_cannot_be_followed_is_refused(tmp_path: Path) -> None:
    plain = film("mkv")
    cases = {
        "media.unsupported_format": plain + plain,
        "media.truncated": plain[:-10],
        "media.damaged": plain[: plain.index(bytes.fromhex(SEGMENT))],
    }
    for number, (code, data) in enumerate(cases.items()):
        with pytest.raises(MediaError) as caught:
            marked(saved(tmp_path, "mkv", data, f"in{number}"), f"out{number}")
        assert caught.value.code == code


def test_the_digest_of_the_media_survives_every_remux(tmp_path: Path) -> None:
    original = film("mp4")
    digests = set()
    for number, (name, options) in enumerate(
        [("mp4", ()), ("mp4", (films.FAST,)), ("mp4", (films.DASH,)), ("mov", ()), ("mkv", ()), ("mkv", (SHORT,))]
    ):
        path = saved(tmp_path, name, remuxed(original, name, *options), f"in{number}")
        for one in (path, marked(path, f"out{number}")):
            digests.add(films.carrier_of(one).content(one))
    assert len(digests) == 1

    at = original.index(b"mdat") + 400
    other = saved(tmp_path, "mp4", original[:at] + bytes([original[at] ^ 1]) + original[at + 1 :], "other")
    assert films.carrier_of(other).content(other) not in digests


def test_the_digest_is_what_ffmpeg_computes(tmp_path: Path) -> None:
    require("ffprobe")
    path = saved(tmp_path, "mp4", film("mp4"))
    hashes = subprocess.run(
        ["ffmpeg", "-v", "error", "-ignore_editlist", "1", "-i", str(path), "-map", "0:V", "-map", "0:a", "-c", "copy",
         "-copyinkf", "-f", "streamhash", "-hash", "sha256", "-"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    lines = "".join(
        f"{kind} {codec} {one.partition('=')[2]}\n"
        for kind, codec, one in zip("va", ("h264", "aac"), hashes, strict=True)
    )

    assert films.carrier_of(path).content(path).sha256 == hashlib.sha256(lines.encode()).hexdigest()


keys = st.from_regex(r"[A-Z][A-Z_]{0,12}", fullmatch=True).filter(lambda one: one not in {"ENCODER", "DURATION"})


@given(label=labels, more=st.dictionaries(keys, words, max_size=4))
@settings(max_examples=20, deadline=None)
def test_any_label_goes_round_beside_any_tags(
    tmp_path_factory: pytest.TempPathFactory, label: AigcLabel, more: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("film")
    data = film("webm", SHORT)
    start, _ = level1(data)
    body = data[start:] + element(TAGS, element("7373", element("63c0"), *(simple(n, t) for n, t in more.items())))
    source = saved(folder, "webm", data[: start - 12] + element(SEGMENT, body))

    once = marked(source, marks=Marks(label, SOURCE))
    twice = marked(once, "twice", Marks(label, SOURCE))

    read = films.tags(twice)
    assert AigcLabel.from_json(read.pop("AIGC")) == label
    assert {key: read.get(key) for key in more} == more
    assert twice.read_bytes() == once.read_bytes()
    assert films.carrier_of(once).content(once) == films.carrier_of(source).content(source)
