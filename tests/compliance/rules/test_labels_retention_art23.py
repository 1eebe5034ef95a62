"""Labels, periods and technology classes: the law as data."""

from datetime import UTC, datetime, timedelta

import pytest

from compliance.rules import art23, labels, retention

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize("category", list(labels.Art17))
@pytest.mark.parametrize("medium", list(labels.Medium))
@pytest.mark.parametrize("edits", [True, False])
def test_every_job_gets_both_labels_with_both_elements(
    category: labels.Art17, medium: labels.Medium, edits: bool
) -> None:
    plan = labels.plan(category, edits_real_media=edits, medium=medium)

    assert plan.explicit
    assert plan.implicit
    assert labels.has_both_elements(plan.text)
    assert plan.form.cite.startswith("GB 45438-2025 5.")
    assert all(sentence and cite for sentence, cite in plan.notices)


def test_real_material_is_called_synthesised_and_invented_material_generated() -> None:
    assert labels.plan("17.1(3)", edits_real_media=True).text == "人工智能合成"
    assert labels.plan("17.1(5)", edits_real_media=False).text == "人工智能生成"


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(ValueError, match=r"17\.2"):
        labels.plan("17.2", edits_real_media=False)


@pytest.mark.parametrize("text", ["AI", "AI播客", "虚拟主播", "AI创作", "AI-generated", "生成"])
def test_words_without_both_elements_are_not_a_label(text: str) -> None:
    assert not labels.has_both_elements(text)


@pytest.mark.parametrize("text", ["AI生成", "AI合成", "人工智能生成", "由AI生成", "本内容由人工智能生成合成"])
def test_words_with_both_elements_are_a_label(text: str) -> None:
    assert labels.has_both_elements(text)


@pytest.mark.parametrize("kind", [retention.Kept.LOG, retention.Kept.UNLABELLED_RECIPIENTS])
def test_a_log_row_may_go_after_184_days_and_not_before(kind: retention.Kept) -> None:
    born = NOW - timedelta(days=184)

    assert not retention.may_delete(kind, created_at=born + timedelta(seconds=1), now=NOW)
    assert retention.may_delete(kind, created_at=born, now=NOW)


def test_184_days_cover_every_six_months_of_the_calendar() -> None:
    for month in range(1, 13):
        start = datetime(2027, month, 1, tzinfo=UTC)
        end = datetime(2027 + (month + 6 > 12), (month + 5) % 12 + 1, 1, tzinfo=UTC)
        assert end - start <= retention.SIX_MONTHS


def test_an_identity_goes_within_six_months_after_the_account_and_not_while_it_lives() -> None:
    kind = retention.Kept.IDENTITY

    assert not retention.must_delete(kind, purpose_ended_at=None, now=NOW)
    assert not retention.must_delete(kind, purpose_ended_at=NOW - timedelta(days=183), now=NOW)
    assert retention.must_delete(kind, purpose_ended_at=NOW - timedelta(days=184), now=NOW)


def test_the_six_classes_of_article_23_are_complete_and_faces_and_voices_need_consent() -> None:
    assert list(art23.CLASSES) == list(art23.Art23)
    assert len(art23.CLASSES) == 6
    assert [item for item in art23.Art23 if art23.needs_consent(item)] == ["23.1(2)", "23.1(4)"]
