"""Every way to verify, every verdict, and what is kept of it."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.identity import selectors
from accounts.identity.channels import available
from accounts.identity.models import IdentityDocument, Level, Verdict, Verification
from accounts.identity.services import attempts_reset, mobile_code_send, verify
from accounts.identity.vendors.sandbox import samples
from accounts.people.actors import actor_for
from accounts.people.models import Membership, Organisation, User
from compliance.rules.errors import DomainError
from tests.personas import PHONES, Outbox, Personas

NUMBERS = {sample.ending: sample for sample in samples()}
GOOD_ID = NUMBERS[""].resident_id
GOOD_USCC = NUMBERS[""].uscc


def by_card(user: User, number: str = GOOD_ID, name: str = "张三", **more: Any) -> Verification:
    return verify(actor=actor_for(user), user=user, channel="id_card", name=name, number=number, **more)


def by_code(user: User, outbox: Outbox) -> Verification:
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        mobile_code_send(actor=actor_for(user), user=user)
    return verify(actor=actor_for(user), user=user, channel="mobile", code=outbox.code(user.phone))


def test_the_code_of_the_phone_verifies(personas: Personas, outbox: Outbox, recorded: Any) -> None:
    assert not selectors.is_verified(personas.anna)

    by_code(personas.anna, outbox)

    assert selectors.is_verified(personas.anna)
    assert selectors.standing(personas.anna).level == Level.PHONE
    assert not selectors.is_verified(personas.anna, level=Level.DOCUMENT)
    assert [event.type for event in recorded("identity.")] == ["identity.code_sent", "identity.verified"]


def test_a_wrong_code_is_a_mismatch_and_the_right_one_still_works_once(personas: Personas, outbox: Outbox) -> None:
    from django.test import TestCase

    anna = personas.anna
    with TestCase.captureOnCommitCallbacks(execute=True):
        mobile_code_send(actor=actor_for(anna), user=anna)
    code = outbox.code(anna.phone)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    first = verify(actor=actor_for(anna), user=anna, channel="mobile", code=wrong)
    second = verify(actor=actor_for(anna), user=anna, channel="mobile", code=code)
    third = verify(actor=actor_for(anna), user=anna, channel="mobile", code=code)

    assert [row.verdict for row in (first, second, third)] == [Verdict.MISMATCH, Verdict.MATCH, Verdict.MISMATCH]


def test_a_code_for_one_account_does_not_verify_another(personas: Personas, outbox: Outbox) -> None:
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        mobile_code_send(actor=actor_for(personas.anna), user=personas.anna)
    code = outbox.code(PHONES["anna"])

    row = verify(actor=actor_for(personas.berta), user=personas.berta, channel="mobile", code=code)

    assert row.verdict == Verdict.MISMATCH
    assert not selectors.is_verified(personas.berta)


def test_a_new_phone_number_has_to_be_proved_anew(personas: Personas, outbox: Outbox) -> None:
    by_code(personas.anna, outbox)

    personas.anna.set_phone("+8613900139000", verified=True)
    personas.anna.save()

    assert not selectors.is_verified(personas.anna)


@pytest.mark.parametrize("channel", ["id_card", "organisation"])
@pytest.mark.parametrize("ending", list(NUMBERS))
def test_every_verdict_can_be_had_and_only_a_match_verifies(
    personas: Personas, recorded: Any, channel: str, ending: str
) -> None:
    sample = NUMBERS[ending]
    number = sample.uscc if channel == "organisation" else sample.resident_id

    row = verify(actor=actor_for(personas.anna), user=personas.anna, channel=channel, name="某某", number=number)

    assert row.verdict == sample.verdict
    assert selectors.is_verified(personas.anna) is (ending == "")
    assert row.level == (Level.DOCUMENT if ending == "" else Level.NONE)
    assert row.vendor == "sandbox"
    assert row.raw_code
    assert row.action == ("organisation.two_elements" if channel == "organisation" else "person.two_elements")
    assert IdentityDocument.objects.count() == (1 if ending == "" else 0)
    event = recorded("identity.")[-1]
    assert event.type == ("identity.verified" if ending == "" else "identity.not_verified")
    assert event.subject == str(personas.anna.pk)


def test_the_samples_cover_every_verdict_a_vendor_can_give() -> None:
    assert {sample.verdict for sample in samples()} == set(Verdict)


def test_a_vendor_that_times_out_or_answers_nonsense_never_says_mismatch(personas: Personas) -> None:
    silent = by_card(personas.anna, NUMBERS["96"].resident_id)
    nonsense = by_card(personas.anna, NUMBERS["97"].resident_id)

    assert (silent.verdict, silent.raw_code, silent.billed) == (Verdict.PROVIDER_ERROR, "timeout", False)
    assert (nonsense.verdict, nonsense.raw_code, nonsense.billed) == (Verdict.PROVIDER_ERROR, "9999", False)


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [
        ("123", "张三", "rules.id_length"),
        ("110105194912310021", "张三", "rules.id_check"),
        (GOOD_ID, "张", "identity.name_form"),
        (GOOD_ID, "张\u200b三", "identity.name_form"),
        (GOOD_ID, "😀😀", "identity.name_form"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anybody_is_asked(
    personas: Personas, number: str, name: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        by_card(personas.anna, number, name)

    assert refused.value.code == code
    assert not Verification.objects.exists()


def test_names_of_minorities_and_foreigners_are_names(personas: Personas) -> None:
    by_card(personas.anna, name="阿卜杜拉・买买提")

    assert personas.anna.identity_documents.get().name == "阿卜杜拉·买买提"


def test_a_child_is_sent_to_a_guardian(personas: Personas) -> None:
    from compliance.rules.documents import id_check_character

    first17 = f"999999{timezone.now().year - 13}0101001"

    with pytest.raises(DomainError) as refused:
        by_card(personas.anna, first17 + id_check_character(first17))

    assert refused.value.code == "identity.under_age"


def test_one_number_verifies_one_account_and_the_second_is_told_the_way_out(personas: Personas, recorded: Any) -> None:
    by_card(personas.anna)

    with pytest.raises(DomainError) as refused:
        by_card(personas.berta, GOOD_ID[:-1] + GOOD_ID[-1].lower())

    assert (refused.value.code, refused.value.status) == ("identity.held_elsewhere", 409)
    assert refused.value.way_out
    assert not selectors.is_verified(personas.berta)
    assert selectors.is_verified(personas.anna)
    assert recorded("identity.")[-1].type == "identity.conflict"


def test_somebody_who_does_not_know_the_name_does_not_learn_that_a_number_is_taken(personas: Personas) -> None:
    """The sandbox answers mismatch for this number whatever the name: no conflict is reported on a mismatch."""
    number = NUMBERS["91"].resident_id
    IdentityDocument.objects.create(
        user=personas.anna, kind="resident_id", name="张三", number=number, number_index="a" * 64
    )

    assert by_card(personas.berta, number).verdict == Verdict.MISMATCH


def test_an_account_keeps_one_number_of_a_kind_and_may_verify_again(personas: Personas) -> None:
    by_card(personas.anna)
    by_card(personas.anna, name="张三丰")
    from compliance.rules.documents import id_check_character

    other = "99999919910101001"
    with pytest.raises(DomainError) as refused:
        by_card(personas.anna, other + id_check_character(other))

    assert refused.value.code == "identity.other_document"
    document = IdentityDocument.objects.get()
    assert (document.name, document.number) == ("张三丰", GOOD_ID)


def test_no_name_and_no_number_stands_readable_in_any_table(personas: Personas) -> None:
    verify(
        actor=actor_for(personas.anna), user=personas.anna, channel="organisation", name="金丝雀公司", number=GOOD_USCC
    )
    by_card(personas.anna, name="金丝雀张三")
    by_card(personas.berta, NUMBERS["91"].resident_id, name="金丝雀李四")

    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database itself
            text.append(repr(cursor.fetchall()))
    whole = "".join(text)

    assert "金丝雀" not in whole
    assert GOOD_ID not in whole
    assert GOOD_USCC not in whole
    assert NUMBERS["91"].resident_id not in whole


def test_a_claim_in_a_traceback_shows_neither_name_nor_number() -> None:
    from accounts.identity.channels import Claim

    assert "张三" not in repr(Claim(account="x", name="张三", number=GOOD_ID))
    assert GOOD_ID not in repr(Claim(account="x", name="张三", number=GOOD_ID))


def test_an_expired_verification_no_longer_counts(personas: Personas) -> None:
    row = by_card(personas.anna)
    Verification.objects.filter(pk=row.pk).update(expires_at=timezone.now())

    assert not selectors.is_verified(personas.anna)


def test_a_closed_account_is_not_verified(personas: Personas) -> None:
    by_card(personas.anna)
    User.objects.filter(pk=personas.anna.pk).update(is_active=False)

    assert not selectors.is_verified(User.objects.get(pk=personas.anna.pk))


def test_attempts_are_limited_per_account_and_staff_can_give_them_back(personas: Personas, recorded: Any) -> None:
    for ending in ("91", "92", "93", "94", "95", "96"):
        by_card(personas.anna, NUMBERS[ending].resident_id)
    with pytest.raises(DomainError) as refused:
        by_card(personas.anna)
    assert refused.value.code == "people.rate_limited"

    attempts_reset(actor=actor_for(personas.staff), user=personas.anna)
    by_card(personas.anna)

    assert selectors.is_verified(personas.anna)
    assert "identity.attempts_reset" in [event.type for event in recorded()]


def test_attempts_at_one_document_are_limited_across_accounts(personas: Personas) -> None:
    number = NUMBERS["91"].resident_id
    for user in (personas.anna, personas.berta, personas.staff, personas.officer, personas.admin1):
        by_card(user, number)

    with pytest.raises(DomainError) as refused:
        by_card(personas.admin2, number)

    assert refused.value.code == "people.rate_limited"


def test_attempts_from_one_network_are_limited_together() -> None:
    from accounts.people.network import network_of

    assert network_of("203.0.113.7") == network_of("203.0.113.250") == "203.0.113.0/24"
    assert network_of("203.0.114.7") != network_of("203.0.113.7")
    assert network_of("2001:db8:1:2::3") == network_of("2001:db8:1:ffff::") == "2001:db8:1::/48"
    assert network_of("::ffff:203.0.113.7") == "203.0.113.0/24"
    assert network_of("no address") == ""


@pytest.mark.parametrize("seat", ["anna", "regulator", "officer"])
def test_only_staff_may_give_attempts_back(personas: Personas, seat: str) -> None:
    with pytest.raises(DomainError) as refused:
        attempts_reset(actor=actor_for(getattr(personas, seat)), user=personas.anna)

    assert refused.value.status == 403


def test_an_owner_may_verify_the_organisation_and_a_member_may_not(personas: Personas) -> None:
    organisation = Organisation.objects.create(name="示例公司")
    Membership.objects.create(organisation=organisation, user=personas.anna, place=Membership.Place.OWNER)
    Membership.objects.create(organisation=organisation, user=personas.berta)

    row = verify(
        actor=actor_for(personas.anna), user=personas.anna, channel="organisation", name="示例", number=GOOD_USCC
    )
    with pytest.raises(DomainError) as refused:
        verify(
            actor=actor_for(personas.berta), user=personas.berta, channel="organisation", name="示例", number=GOOD_USCC
        )

    assert row.organisation == organisation
    assert refused.value.code == "identity.member_of_organisation"


def test_every_channel_says_what_it_compares_and_what_it_proves() -> None:
    assert [(channel.key, channel.level, channel.elements) for channel in available()] == [
        ("mobile", Level.PHONE, ("phone",)),
        ("id_card", Level.DOCUMENT, ("name", "id_number")),
        ("organisation", Level.DOCUMENT, ("organisation_name", "uscc")),
    ]


def test_a_vendor_nobody_registered_refuses_to_verify(settings: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured

    settings.IDENTITY_BACKEND = "typo"

    with pytest.raises(ImproperlyConfigured, match="typo"):
        available()
