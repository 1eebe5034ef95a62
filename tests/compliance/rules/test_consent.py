"""When a depicted person's consent counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from compliance.rules import consent

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
BINDING = consent.binding_hash(purpose="A poster", method="face_blend", data_types=("face",))
GIVEN = consent.ConsentFacts(
    scopes=frozenset({"edit"}),
    binding=BINDING,
    granted_at=NOW - timedelta(days=1),
    valid_until=NOW + timedelta(days=1),
    revoked_at=None,
)


def test_a_consent_counts_for_what_was_allowed() -> None:
    assert consent.is_valid(GIVEN, scope="edit", binding=BINDING, now=NOW)


def test_editing_allowed_does_not_allow_publishing() -> None:
    assert consent.why_invalid(GIVEN, scope="publish", binding=BINDING, now=NOW) == consent.Invalid.NOT_GIVEN


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"revoked_at": NOW}, consent.Invalid.WITHDRAWN),
        ({"granted_at": None}, consent.Invalid.NOT_GIVEN),
        ({"granted_at": NOW + timedelta(seconds=1)}, consent.Invalid.NOT_GIVEN),
        ({"valid_until": NOW}, consent.Invalid.EXPIRED),
        ({"binding": "0" * 64}, consent.Invalid.OTHER_PURPOSE),
    ],
)
def test_each_way_of_not_counting_is_named(change: dict[str, object], reason: consent.Invalid) -> None:
    facts = replace(GIVEN, **change)  # type: ignore[arg-type]

    assert consent.why_invalid(facts, scope="edit", binding=BINDING, now=NOW) == reason


def test_withdrawal_wins_over_every_other_reason() -> None:
    facts = replace(GIVEN, revoked_at=NOW, valid_until=NOW)

    assert consent.why_invalid(facts, scope="publish", binding="x", now=NOW) == consent.Invalid.WITHDRAWN


def test_the_binding_changes_with_purpose_method_and_kind_of_data_only() -> None:
    again = consent.binding_hash(purpose=" A poster ", method="face_blend", data_types=("face", "face"))
    others = {
        consent.binding_hash(purpose="A film", method="face_blend", data_types=("face",)),
        consent.binding_hash(purpose="A poster", method="gateway", data_types=("face",)),
        consent.binding_hash(purpose="A poster", method="face_blend", data_types=("face", "voice")),
        consent.binding_hash(purpose="A", method="posterface_blend", data_types=("face",)),
    }

    assert again == BINDING
    assert len(others - {BINDING}) == 4


def test_no_consent_lasts_longer_than_a_year() -> None:
    assert consent.valid_until(NOW, timedelta(days=3650)) == NOW + timedelta(days=365)
    assert consent.valid_until(NOW, timedelta(days=30)) == NOW + timedelta(days=30)
    assert consent.valid_until(NOW) == NOW + timedelta(days=180)
    with pytest.raises(ValueError, match="positive"):
        consent.valid_until(NOW, timedelta(0))
