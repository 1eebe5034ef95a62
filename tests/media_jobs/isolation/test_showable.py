"""What strangers' files say, made fit for pages and tables."""

from media_jobs.isolation.showable import showable


def test_halves_of_pairs_and_nul_are_replaced_at_any_depth_and_nothing_else() -> None:
    found = {"a\ud800": ["x\x00", ("\udfff", 3, None, 1.5, True)], "中": "😀\u202e\n"}

    assert showable(found) == {"a\ufffd": ["x\ufffd", ("\ufffd", 3, None, 1.5, True)], "中": "😀\u202e\n"}
