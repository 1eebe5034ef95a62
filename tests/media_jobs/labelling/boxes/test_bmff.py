"""MP4, MOV, M4A: one label at its lawful place, no packet touched, other tags kept (checks 18-20, 24, 25, 27, 31)."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_jobs.labelling.aigc import KEYS, AigcLabel
from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.marks import Claim, Marks
from media_jobs.labelling.metadata.bmff import FilmCarrier
from media_jobs.labelling.metadata.bmff_offsets import Offsets
from tests.media_jobs.labelling.boxes import films
from tests.media_jobs.labelling.boxes.films import FOREIGN, JSON, MARKS, box, film, inside, marked, meta, saved, walk
from tests.media_jobs.labelling.pictures import SOURCE
from tests.outside import require

PHONE = [("com.apple.quicktime.make", "Apple"), ("com.apple.quicktime.model", "Phone")]


def phone() -> bytes:
    """As phones write it: tags in a bare moov/meta without version, and user data that end in four zeros."""
    return films.with_moov(
        film("mov"), meta(PHONE, version=False), box(b"udta", box(b"name", b"kept"), bytes(4)), without=(b"udta",)
    )


FILMS = {
    "moov last": lambda: ("mp4", film("mp4")),
    "fast start": lambda: ("mp4", film("mp4", films.FAST, tags=films.TITLE)),
    "keys already": lambda: ("mp4", film("mp4", films.TAGGED, tags=(*films.TITLE, ("AIGC", FOREIGN)))),
    "fragments": lambda: ("mp4", film("mp4", films.PIECES)),
    "fragments with index": lambda: ("mp4", film("mp4", films.DASH)),
    "no user data": lambda: ("mp4", films.with_moov(film("mp4"), without=(b"udta",))),
    "quicktime": lambda: ("mov", film("mov", tags=films.TITLE)),
    "phone": lambda: ("mov", phone()),
    "sound": lambda: ("m4a", film("m4a", tags=films.TITLE)),
}


@pytest.mark.parametrize("kind", FILMS)
def test_the_label_comes_in_and_nothing_else_changes(tmp_path: Path, kind: str) -> None:
    name, data = FILMS[kind]()
    source = saved(tmp_path, name, data)
    before = {key: value for key, value in films.tags(source).items() if key != "AIGC"}

    target = marked(source)
    twice = marked(target, "twice")

    for path in (target, twice):
        after = films.tags(path)
        assert after.pop("AIGC") == JSON
        assert after == before
        assert films.packets(path) == films.packets(source)
        found = films.carrier_of(path).read(path)
        assert found.claims == [Claim("mp4.keys", JSON)]
        assert found.source_types == [SOURCE]
        assert found.damaged == ""
    assert twice.read_bytes() == target.read_bytes()


@pytest.mark.parametrize("kind", FILMS)
def test_the_path_is_the_standards_and_other_boxes_are_the_same_bytes(tmp_path: Path, kind: str) -> None:
    name, data = FILMS[kind]()

    after = marked(saved(tmp_path, name, data)).read_bytes()

    labels = [one for one in inside(after, b"moov", b"udta", b"meta") if b"AIGC" in one]
    assert len(labels) == 1
    assert next((k, labels[0][s + 16 : s + 20]) for k, s, _ in walk(labels[0], 12)) == (b"hdlr", b"mdta")
    names = re.findall(rb"mdta(AIGC|com[.\w]+|[a-z]+)", inside(labels[0], b"meta", b"keys")[0])
    items = [(labels[0][s + 4 : s + 8], s) for _, s, _ in walk(labels[0], labels[0].index(b"ilst") + 4)]
    assert items[-1][0] == len(names).to_bytes(4, "big")
    assert names[-1] == b"AIGC"
    assert after.count(b'"ContentProducer"') == 1
    # Every box at the top but the two that we write stands there unchanged, in the old order.
    moving = {b"moov", b"uuid", b"sidx", b"moof", b"mfra"}
    assert [after[s:e] for k, s, e in walk(after) if k not in moving] == [
        data[s:e] for k, s, e in walk(data) if k not in moving
    ]
    order = [k for k, _, _ in walk(after)]
    order.remove(b"uuid")
    assert order == [k for k, _, _ in walk(data)]


def test_indexes_of_fragments_point_at_fragments(tmp_path: Path) -> None:
    data = film("mp4", ("movflags", "frag_keyframe+empty_moov+default_base_moof+global_sidx"))
    # the index in front of the header, where what it skips and spans grows
    index = next(data[s:e] for k, s, e in walk(data) if k == b"sidx")
    moof = data.index(b"moof") - 4
    at = data.index(b"moov") - 4
    gap = moof - at - len(index)
    wide = 8 if index[8] else 4
    early = index[: 20 + wide] + gap.to_bytes(wide, "big") + index[20 + 2 * wide :]
    data = data.replace(index, b"")
    data = data[:at] + early + data[at:]

    after = marked(saved(tmp_path, "mp4", data)).read_bytes()

    sidx = next((s, e) for k, s, e in walk(after) if k == b"sidx")
    wide = 8 if after[sidx[0] + 8] else 4
    first = sidx[0] + 8 + 12 + wide
    position = sidx[1] + int.from_bytes(after[first : first + wide], "big")
    assert after[position + 4 : position + 8] == b"moof"
    count = int.from_bytes(after[first + wide + 2 : first + wide + 4], "big")
    for row in range(count):
        position += int.from_bytes(after[first + wide + 4 + 12 * row :][:4], "big") & 0x7FFFFFFF
    assert after[position + 4 : position + 8] in {b"mfra", b"moof"} or position == len(after)
    fragments = [s for k, s, _ in walk(after) if k == b"moof"]
    for table in inside(after, b"mfra", b"tfra"):
        wide = 8 if table[8] else 4
        entries = int.from_bytes(table[20:24], "big")
        step = 2 * wide + sum(1 + (table[19] >> shift & 3) for shift in (4, 2, 0))
        for n in range(entries):
            where = 24 + n * step + wide
            assert int.from_bytes(table[where : where + wide], "big") in fragments


@pytest.mark.parametrize("options", [(), (films.FAST,)])
def test_positions_get_eight_bytes_where_four_may_not_do(tmp_path: Path, options: tuple[tuple[str, str], ...]) -> None:
    source = saved(tmp_path, "mp4", film("mp4", *options))
    target, again = tmp_path / "out.mp4", tmp_path / "again.mp4"

    FilmCarrier(Offsets(limit=1000)).write(source, target, MARKS)
    FilmCarrier().write(target, again, MARKS)

    assert len(inside(target.read_bytes(), b"moov", b"trak", b"mdia", b"minf", b"stbl", b"co64")) == 2
    assert not inside(target.read_bytes(), b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stco")
    for path in (target, again):
        assert films.packets(path) == films.packets(source)


def places() -> dict[str, tuple[bytes, str]]:
    """A film with a label in each place where somebody puts one, and how the reader calls it."""
    plain = film("mp4")
    itunes = box(
        b"meta",
        bytes(4),
        box(b"hdlr", bytes(8), b"mdir", b"appl", bytes(9)),
        box(b"ilst", films.freeform("AIGC", FOREIGN)),
    )
    comment = box(b"ilst", box(b"\xa9cmt", box(b"data", bytes([0, 0, 0, 1]), bytes(4), FOREIGN.encode())))
    commented = box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"mdir", b"appl", bytes(9)), comment)
    iloc = box(b"iloc", bytes(4), b"\x44\0\0\0")
    items = box(b"meta", meta([("AIGC", FOREIGN), ("x", "kept")])[8:], iloc)
    mine = [("title", "kept"), ("AIGC", FOREIGN), ("AIGC", FOREIGN), ("x", "too")]
    return {
        "bare": (films.with_moov(plain, meta(mine[:2], version=False)), "mp4.moov.meta"),
        "file": (plain + meta(mine[:2]), "mp4.meta"),
        "twice": (films.with_moov(plain, box(b"udta", meta(mine)), without=(b"udta",)), "mp4.keys"),
        "vendor": (films.with_moov(plain, box(b"udta", meta([("com.v.AIGC", FOREIGN)]))), "mp4.keys.com.v.AIGC"),
        "freeform": (films.with_moov(plain, box(b"udta", itunes), without=(b"udta",)), "mp4.ilst.com.vendor:AIGC"),
        "comment": (films.with_moov(plain, box(b"udta", commented), without=(b"udta",)), "mp4.ilst.\xa9cmt"),
        "user data": (films.with_moov(plain, box(b"udta", box(b"AIGC", bytes(4), FOREIGN.encode()))), "mp4.udta.AIGC"),
        "quicktime xmp": (films.with_moov(plain, box(b"udta", box(b"XMP_", films.XMP))), "mp4.udta.XMP_"),
        "xmp in moov": (films.with_moov(plain, box(b"uuid", films.XMP_UUID, films.XMP)), "mp4.moov.xmp"),
        "file with items": (plain + items, "mp4.meta"),
        "xmp": (plain + box(b"uuid", films.XMP_UUID, films.XMP), "mp4.xmp"),
    }


@pytest.mark.parametrize("kind", places())
def test_foreign_labels_are_found_wherever_they_stand_and_become_the_one(tmp_path: Path, kind: str) -> None:
    data, place = places()[kind]
    source = saved(tmp_path, "mp4", data)

    before = films.carrier_of(source).read(source)
    target = marked(source)

    assert before.claims
    assert {claim.place for claim in before.claims} == {place}
    assert "somebody" in before.claims[0].text
    assert films.carrier_of(target).read(target).claims == [Claim("mp4.keys", JSON)]
    after = target.read_bytes()
    assert b"somebody" not in after
    assert after.count(b"kept") == data.count(b"kept")
    assert films.carrier_of(target).read(target).source_types == [SOURCE]
    assert films.packets(target) == films.packets(source)


def test_other_xmp_stays_and_there_is_one_source_type(tmp_path: Path) -> None:
    packet = box(b"uuid", films.XMP_UUID, films.XMP)
    plain = film("mp4", ("movflags", "frag_keyframe+empty_moov+default_base_moof"))
    moof, mdat = plain.index(b"moof") - 4, plain.index(b"mdat") - 4
    fragment = bytearray(plain[moof:mdat])
    for found in re.finditer(b"trun", bytes(fragment)):  # the second packet stands between a fragment and its data
        at = found.end() + 8
        fragment[at : at + 4] = (int.from_bytes(fragment[at : at + 4], "big") + len(packet)).to_bytes(4, "big")
    source = saved(tmp_path, "mp4", plain[:moof] + packet + bytes(fragment) + packet + plain[mdat:])
    assert films.packets(source) == films.packets(saved(tmp_path, "mp4", plain, "plain"))

    target = marked(source)

    found = films.carrier_of(target).read(target)
    assert found.source_types == [SOURCE]
    assert [claim.place for claim in found.claims] == ["mp4.keys"]
    assert target.read_bytes().count(b"kept") == 1
    assert films.packets(target) == films.packets(source)


def test_a_phones_tags_read_right_by_either_reading(tmp_path: Path) -> None:
    target = marked(saved(tmp_path, "mov", phone()))

    # FFmpeg takes the first list of names for every meta; the specification takes each one's own.
    assert films.tags(target) | dict(PHONE) | {"AIGC": JSON} == films.tags(target)
    shown = json.loads(
        subprocess.run(
            [require("exiftool"), "-j", "-G1", "-Keys:all", "-UserData:all", str(target)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )[0]
    assert shown["Keys:AIGC"] == JSON
    assert (shown["Keys:Make"], shown["Keys:Model"], shown["UserData:Name"]) == ("Apple", "Phone", "kept")


@pytest.mark.parametrize("kind", ["fast start", "fragments", "quicktime", "sound"])
def test_other_programs_read_the_label_and_play_the_film(tmp_path: Path, kind: str) -> None:
    name, data = FILMS[kind]()
    source = saved(tmp_path, name, data)
    target = marked(source)

    shown = subprocess.run(
        [require("ffprobe"), "-v", "error", "-show_entries", "format_tags=AIGC", "-of", "json", str(target)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    played = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(target), "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    tool = subprocess.run(
        [require("exiftool"), "-j", "-G1:4", "-a", "-validate", "-warning", "-AIGC", "-DigitalSourceType",
         str(target), str(source)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    info = subprocess.run([require("mediainfo"), str(target)], capture_output=True, text=True, check=True)

    label = json.loads(shown.stdout)["format"]["tags"]["AIGC"]
    assert list(json.loads(label)) == list(KEYS)
    assert shown.stderr == played.stderr == ""
    told, untouched = json.loads(tool.stdout)
    assert (told["Keys:AIGC"], told["XMP-iptcExt:DigitalSourceType"]) == (JSON, SOURCE)
    # iTunes' tags stay where they are, so the user data have two meta; nothing else is worse than it was.
    new = {one for key, one in told.items() if "Warning" in key} - {
        one for key, one in untouched.items() if "Warning" in key
    }
    assert all(re.fullmatch(r"Duplicate tag '(meta|hdlr|ilst)' at MOV-Movie-UserData.*", one) for one in new)
    assert not new or kind not in {"quicktime", "keys already"}
    assert JSON in info.stdout


def test_what_cannot_be_followed_is_refused(tmp_path: Path) -> None:
    plain = film("mp4")
    cases = {
        "media.unsupported_format": films.with_moov(plain, box(b"cmov", bytes(20))),
        "media.media_elsewhere": plain.replace(b"url \0\0\0\1", b"url \0\0\0\0"),
        "media.damaged": plain + plain[plain.rindex(b"moov") - 4 :],
        "media.truncated": plain[:-10],
        "media.metadata_too_large": plain + box(b"uuid", films.XMP_UUID, b"<x/>" + b" " * 1_100_000),
    }
    for number, (code, data) in enumerate(cases.items()):
        with pytest.raises(MediaError) as caught:
            marked(saved(tmp_path, "mp4", data, f"in{number}"), f"out{number}")
        assert caught.value.code == code


element = st.from_regex(r"[\x21\x23-\x5B\x5D-\x7E]{1,80}", fullmatch=True)
reserved = st.from_regex(r"[\x21-\x7E]{0,300}", fullmatch=True)
labels = st.builds(AigcLabel, st.sampled_from("123"), element, element, reserved, element, element, reserved)
words = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
names = st.from_regex(r"[a-z][a-z.]{0,12}", fullmatch=True).filter(lambda one: one not in {"encoder", "date", "year"})


@given(label=labels, more=st.dictionaries(names, words, max_size=4))
@settings(max_examples=25, deadline=None)
def test_any_label_goes_round_beside_any_tags(
    tmp_path_factory: pytest.TempPathFactory, label: AigcLabel, more: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("film")
    data = films.remuxed(film("m4a"), "mp4")
    source = saved(folder, "mp4", films.with_moov(data, box(b"udta", meta(list(more.items()))), without=(b"udta",)))

    once = marked(source, marks=Marks(label, SOURCE))
    twice = marked(once, "twice", Marks(label, SOURCE))

    read = films.tags(twice)
    assert AigcLabel.from_json(read.pop("AIGC")) == label
    assert {key: read.get(key) for key in films.tags(source)} == films.tags(source)
    assert twice.read_bytes() == once.read_bytes()
    assert films.carrier_of(once).content(once) == films.carrier_of(source).content(source)
