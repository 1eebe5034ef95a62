"""A copy with changes is what slicing would give, and every old position is found in it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_jobs.labelling.errors import MediaError
from media_jobs.labelling.metadata.layout import Layout, Source

steps = st.lists(
    st.tuples(st.sampled_from(["keep", "drop", "blank"]), st.integers(0, 40), st.binary(max_size=6)), max_size=12
)


@given(plan=steps)
@settings(max_examples=60, deadline=None)
def test_pieces_and_positions(tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[str, int, bytes]]) -> None:
    folder = tmp_path_factory.mktemp("layout")
    data = bytes(range(256)) * 2
    (folder / "in").write_bytes(data)
    layout, expected, at, kept = Layout(), b"", 0, {}
    for kind, length, fresh in plan:
        end = min(len(data), at + length)
        if kind == "keep":
            layout.copy(at, end)
            kept |= {old: len(expected) + old - at for old in range(at, end)}
            expected += data[at:end]
        elif kind == "blank":
            layout.copy_blanking(at, end, [(at, end)] if end > at else [])
            expected += bytes(end - at)
        layout.fresh(fresh)
        expected += fresh
        at = end
    layout.late(2, lambda moves: [b"!", b"?"])

    with Source(folder / "in") as source:
        layout.write(source, folder / "out")

    moves = layout.moves()
    assert (folder / "out").read_bytes() == expected + b"!?"
    assert layout.length == len(expected) + 2
    assert {old: moves(old) for old in kept} == kept


def test_nothing_is_written_over_and_short_reads_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"12345")
    (tmp_path / "out").write_bytes(b"mine")
    with Source(tmp_path / "in") as source:
        layout = Layout()
        layout.copy(0, 5)
        with pytest.raises(MediaError) as written:
            layout.write(source, tmp_path / "out")
        with pytest.raises(MediaError) as read:
            source.take(3, 3)
        assert source.peek(3, 9) == b"45"

    assert (written.value.code, read.value.code) == ("media.cannot_write", "media.truncated")
    assert (tmp_path / "out").read_bytes() == b"mine"
