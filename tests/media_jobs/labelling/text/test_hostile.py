"""Cut, flipped and mixed-up documents: an answer or a refusal by name, in every function, and nothing left behind."""

from pathlib import Path

import pytest

from media_jobs.labelling.errors import TEXTS, MediaError
from media_jobs.labelling.probe import probe
from media_jobs.labelling.readback import check_file
from media_jobs.labelling.reader import read_file
from media_jobs.labelling.wish import Wish
from media_jobs.labelling.writer import label_file, mark_file
from tests.media_jobs.labelling.text.documents import FILES, LABEL, SOURCE, saved, xlsx

ALL = {**FILES, "xlsx": xlsx()}


def survive(path: Path) -> None:
    """Each function answers, or refuses with a code of the catalogue."""
    target = path.with_name("out" + path.suffix)
    for attempt in (
        lambda: read_file(path),
        lambda: probe(path),
        lambda: label_file(path, target, label=LABEL, digital_source_type=SOURCE),
        lambda: label_file(path, target, label=LABEL, digital_source_type=SOURCE, wish=Wish(explicit=False)),
        lambda: mark_file(path, target, label=LABEL, digital_source_type=SOURCE),
    ):
        try:
            attempt()
        except MediaError as error:
            if error.code not in TEXTS:
                raise
    left = {entry.name for entry in path.parent.iterdir()}
    assert left <= {path.name, target.name, target.name + ".aigc.json"}


@pytest.mark.parametrize("kind", ALL)
def test_cut_anywhere(tmp_path: Path, kind: str) -> None:
    data = ALL[kind]
    for part in range(1, 12):
        survive(saved(tmp_path, kind, data[: len(data) * part // 12]))


@pytest.mark.parametrize("kind", ALL)
def test_flipped_anywhere(tmp_path: Path, kind: str) -> None:
    for at in range(0, len(ALL[kind]), max(1, len(ALL[kind]) // 14)):
        data = bytearray(ALL[kind])
        data[at] ^= 0xFF
        survive(saved(tmp_path, kind, bytes(data)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ALL)
def test_flipped_at_every_few_bytes(tmp_path: Path, kind: str) -> None:
    for at in range(3, len(ALL[kind]), max(1, len(ALL[kind]) // 50)):
        for flip in (0x01, 0x80):
            data = bytearray(ALL[kind])
            data[at] ^= flip
            survive(saved(tmp_path, kind, bytes(data)))


@pytest.mark.parametrize("outer", ["pdf", "docx", "html"])
@pytest.mark.parametrize("inner", ["pdf", "docx", "txt"])
def test_two_files_in_one(tmp_path: Path, outer: str, inner: str) -> None:
    survive(saved(tmp_path, outer, ALL[outer] + ALL[inner]))
    survive(saved(tmp_path, outer, ALL[inner] + ALL[outer]))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("html", b"<html>" + b"<div>" * 8_000),
        ("html", b"<html><p " + b"a " * 10_000),
        ("html", b"<html>" + b"<!--" * 50_000),
        ("html", b"<html>" + b"<script>" * 20_000),
        ("html", b"<html>" + b"</" * 50_000),
        ("md", b"---\n" + b"a: b\n" * 20_000),
        ("md", b"---\n" + b"AIGC:\n" * 5_000 + b"---\n"),
        ("md", b"<!--" * 50_000),
        ("md", b"```\n" * 30_001),
        ("md", b"- " * 30_000),
        ("txt", b"{" * 100_000),
        ("txt", b"\n" * 200_000),
        ("txt", "AI生成\n".encode() * 20_000),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[:12]!r}",
)
@pytest.mark.timeout(30)
def test_long_runs_take_no_minute(tmp_path: Path, kind: str, data: bytes) -> None:
    survive(saved(tmp_path, kind, data))


@pytest.mark.parametrize("kind", ALL)
def test_reading_back_never_raises(tmp_path: Path, kind: str) -> None:
    source, target = saved(tmp_path, kind, ALL[kind]), tmp_path / f"out.{kind}"
    report = label_file(source, target, label=LABEL, digital_source_type=SOURCE, wish=Wish(explicit=kind != "xlsx"))
    data = target.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 25)):
        target.write_bytes(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :])

        checked = check_file(target, expected=LABEL, report=report, original=source)

        assert not checked["conformant"]


def test_more_tags_than_people_read(tmp_path: Path) -> None:
    source = saved(tmp_path, "html", b"<html><body>" + b"<!---->" * 400_001)

    assert read_file(source)["damaged"] == "text.too_much"
