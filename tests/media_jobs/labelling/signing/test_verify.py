"""What a verdict says when one thing is wrong, and that it never says "genuine" then."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_jobs.labelling.aigc import FIELDS, AigcLabel
from media_jobs.labelling.marks import Content
from media_jobs.labelling.provider_code import DEVELOPMENT_CODE
from media_jobs.labelling.signing import (
    KeySet,
    KeySigner,
    PublishedKey,
    Role,
    Status,
    sign_label,
    verify,
    verify_all,
)

SIGNER, STRANGER = KeySigner("11" * 32), KeySigner("22" * 32)
CONTENT = Content("png-coded-v1", "ab" * 32)
PLAIN = AigcLabel.first(producer=DEVELOPMENT_CODE, produce_id="work-1")
SIGNED = sign_label(PLAIN, CONTENT, SIGNER)
OURS = PublishedKey.of(SIGNER.public_key, provider=DEVELOPMENT_CODE)
KEYS = KeySet([OURS])
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
COVERED = {
    Role.PRODUCER: ("label", "content_producer", "produce_id", "reserved_code1"),
    Role.PROPAGATOR: ("label", "content_propagator", "propagate_id", "reserved_code2"),
}


def flipped(text: str, at: int) -> str:
    """Another character that is allowed in the same place."""
    return text[:at] + ("2" if text[at] == "1" else "1") + text[at + 1 :]


def test_a_signed_label_is_genuine_in_both_roles() -> None:
    verdicts = verify_all(SIGNED, CONTENT, KEYS)

    assert {(one.label, one.content, one.signer, one.period) for one in verdicts.values()} == {
        ("intact", "equal", "known", "in_force")
    }
    assert all(one.genuine and one.well_formed for one in verdicts.values())
    SIGNED.check()
    assert len(SIGNED.to_json()) < 4096


@pytest.mark.parametrize("role", list(Role))
def test_flipping_any_character_of_any_covered_field_is_found(role: Role) -> None:
    """Regulation brief, check 34, for every field and every place in it."""
    for name in COVERED[role]:
        value = getattr(SIGNED, name)
        for at in range(len(value)):
            verdict = verify(replace(SIGNED, **{name: flipped(value, at)}), CONTENT, KEYS, role=role)

            assert not verdict.genuine, (name, at)
            if not name.startswith("reserved"):
                assert (verdict.label, verdict.signer) == ("failed", "unknown"), (name, at)


@pytest.mark.parametrize(("role", "other"), [(Role.PRODUCER, Role.PROPAGATOR), (Role.PROPAGATOR, Role.PRODUCER)])
def test_one_roles_fields_are_not_the_others(role: Role, other: Role) -> None:
    """A propagator later writes its own three fields and leaves the producer's signature intact."""
    for name in set(COVERED[other]) - {"label"}:
        assert verify(replace(SIGNED, **{name: "x"}), CONTENT, KEYS, role=role).genuine


def test_a_signature_moved_to_the_other_role_does_not_hold() -> None:
    moved = replace(SIGNED, reserved_code1=SIGNED.reserved_code2, reserved_code2=SIGNED.reserved_code1)

    assert {one.label for one in verify_all(moved, CONTENT, KEYS).values()} == {"failed"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CONTENT, "equal"),
        (Content("png-coded-v1", "ac" * 32), "different"),
        (Content("jpeg-coded-v1", "ab" * 32), "incomparable"),
        (None, "bound"),
    ],
)
def test_content(content: Content | None, said: str) -> None:
    verdict = verify(SIGNED, content, KEYS)

    assert (verdict.label, verdict.content, verdict.genuine) == ("intact", said, said == "equal")


def code(change: object) -> AigcLabel:
    """SIGNED with a changed SecurityData."""
    body = json.loads(SIGNED.reserved_code1)
    change(body["SecurityData"])  # type: ignore[operator]
    return replace(SIGNED, reserved_code1=json.dumps(body, separators=(",", ":")))


def test_a_stripped_binding_is_no_longer_genuine() -> None:
    """The label's own signature could be carried to any other file."""

    def strip(body: dict[str, list[object]]) -> None:
        del body["Bindings"]
        del body["PubSD"][1]

    verdict = verify(code(strip), CONTENT, KEYS)

    assert (verdict.label, verdict.content, verdict.genuine) == ("intact", "stripped", False)


def test_a_binding_to_other_content_needs_another_signature() -> None:
    def rebind(body: dict[str, list[dict[str, str]]]) -> None:
        body["Bindings"][0]["Hash"] = "cd" * 32

    assert verify(code(rebind), Content("png-coded-v1", "cd" * 32), KEYS).content == "failed"


@pytest.mark.parametrize(
    ("label", "keys", "label_said", "signer_said"),
    [
        (SIGNED, KeySet(), "intact", "unknown"),
        (sign_label(PLAIN, CONTENT, STRANGER), KEYS, "intact", "unknown"),
        (SIGNED, KeySet([replace(OURS, provider="001191330106MA2CFLDG4R10001")]), "intact", "other_provider"),
        (SIGNED, KeySet([replace(OURS, public_key=STRANGER.public_key)]), "failed", "unknown"),
        (SIGNED, KeySet([replace(OURS, algorithm="1.2.156.10197.1.501")]), "failed", "unknown"),
        (SIGNED, KeySet([replace(OURS, status=Status.REVOKED)]), "intact", "revoked"),
    ],
    ids=["no keys", "stranger", "another's code", "another key under our id", "another algorithm", "revoked"],
)
def test_signer(label: AigcLabel, keys: KeySet, label_said: str, signer_said: str) -> None:
    verdict = verify(label, CONTENT, keys)

    assert (verdict.label, verdict.signer, verdict.genuine) == (label_said, signer_said, False)


def test_a_key_inside_the_file_cannot_pass_for_ours() -> None:
    """Signed by a stranger, with our KeyID written over his."""
    forged = sign_label(PLAIN, CONTENT, STRANGER)
    forged = replace(forged, reserved_code1=forged.reserved_code1.replace(STRANGER.key_id, SIGNER.key_id))

    assert verify(forged, CONTENT, KEYS).label == "failed"


@pytest.mark.parametrize(
    ("status", "when", "signer", "period"),
    [
        (Status.ACTIVE, None, "known", "in_force"),
        (Status.RETIRED, None, "known", "unproven"),
        (Status.RETIRED, NOON, "known", "within"),
        (Status.RETIRED, NOON + timedelta(days=400), "outside_validity", "outside"),
        (Status.RETIRED, NOON - timedelta(days=400), "outside_validity", "outside"),
        (Status.REVOKED, None, "revoked", "unproven"),
        (Status.REVOKED, NOON, "known", "within"),
        (Status.REVOKED, NOON + timedelta(days=400), "revoked", "outside"),
    ],
)
def test_the_time_of_a_key(status: Status, when: datetime | None, signer: str, period: str) -> None:
    """A label bears no time, so a retired key's stays "unproven" until something else proves one."""
    key = replace(OURS, status=status, not_before=NOON - timedelta(days=300), not_after=NOON + timedelta(days=300))

    verdict = verify(SIGNED, CONTENT, KeySet([key]), when=when)

    assert (verdict.signer, verdict.period) == (signer, period)


def test_the_propagators_signature_beside_an_older_producers() -> None:
    """Hand-over: the second provider signs only its own role (Labelling Measures Art. 6)."""
    theirs = "001191330106MA2CFLDG4R10001"
    handed = replace(SIGNED, content_propagator=theirs, propagate_id="t-9", reserved_code2="")
    handed = sign_label(handed, CONTENT, STRANGER, roles=(Role.PROPAGATOR,))
    keys = KeySet([OURS, PublishedKey.of(STRANGER.public_key, provider=theirs)])

    assert handed.reserved_code1 == SIGNED.reserved_code1
    assert all(one.genuine for one in verify_all(handed, CONTENT, keys).values())


@pytest.mark.parametrize(
    ("text", "form", "label"),
    [
        ("", "none", "absent"),
        ("e862483430d978cbf828b8b24296ef9328d843a0", "opaque", "unverifiable"),
        ("0192f0c1-7d5a-7bb2-8f5e-3c1f5a7e0001", "opaque", "unverifiable"),
        ('{"a":1}', "opaque", "unverifiable"),
        ('{"SecurityData":', "malformed", "unverifiable"),
        ('{"SecurityData":[]}', "malformed", "unverifiable"),
        ('{"SecurityData":{"Type":"TC260PG","Version":1,"PubSD":[{"Type":"DS","Signature":"xyz"}]}}', "malformed",
         "unverifiable"),
        ('{"SecurityData":{"Type":"TC260PG","Version":1,"PubSD":[]}}', "security_data", "absent"),
        ('{"SecurityData":{"Type":"TC260PG","Type":"X","Version":1,"PubSD":[]}}', "malformed", "unverifiable"),
        ('{"SecurityData":{"Type":"TC260PG","Version":1,"PubSD":' + "[" * 5000 + "]" * 5000 + "}}", "malformed",
         "unverifiable"),
    ],
)  # fmt: skip
def test_what_else_stands_there(text: str, form: str, label: str) -> None:
    verdict = verify(replace(PLAIN, reserved_code1=text), CONTENT, KEYS)

    assert (verdict.present, verdict.form, verdict.label) == (bool(text), form, label)
    assert json.dumps(verdict.as_json())


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*FIELDS.values()]), st.text(max_size=40), max_size=7),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["DS", "PubKey", "Md"]),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["SecurityData", "Type", "Version", "PubSD", "PubSd", "Bindings", "TBSData", "AlgID", "KeyID",
                 "Signature", "KeyValue", "CntSel", "Hash"]
            ),
            inner,
            max_size=6,
        ),
        max_leaves=25,
    ),
)  # fmt: skip
def test_nothing_a_label_holds_can_raise_or_convince(fields: dict[str, str], code: object) -> None:
    wild = replace(SIGNED, **fields)
    wild = replace(wild, reserved_code1=json.dumps({"SecurityData": code}))

    for verdict in verify_all(wild, CONTENT, KEYS).values():
        assert not verdict.genuine or verdict.role == "propagator"


def test_any_valid_label_can_be_signed_and_is_genuine() -> None:
    element = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"\\'), min_size=1)

    @settings(max_examples=40, deadline=None)
    @given(st.sampled_from("123"), st.tuples(*[element] * 4))
    def check(says: str, values: tuple[str, ...]) -> None:
        label = AigcLabel(says, values[0], values[1], "", values[2], values[3], "")
        keys = [PublishedKey.of(SIGNER.public_key, provider=provider) for provider in (values[0], values[2])]
        signed = sign_label(label, CONTENT, SIGNER)

        assert verify(signed, CONTENT, KeySet(keys[:1])).genuine
        assert verify(signed, CONTENT, KeySet(keys[1:]), role=Role.PROPAGATOR).genuine

    check()
