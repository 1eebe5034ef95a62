"""The database sees sealed values only, and searching a sealed column is refused instead of finding nothing."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.people.models import User
from accounts.people.services.keys import vault_rotate
from accounts.vault.errors import TamperedError, UnknownKeyError
from accounts.vault.fields import blind_index
from compliance.audit.actor import system

pytestmark = pytest.mark.django_db
PHONE = "+8613800138000"


def raw(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def test_the_row_holds_neither_number_nor_name():
    User.objects.open_account(phone=PHONE, display_name="张三")

    assert [value.split(".")[0] for value in raw("SELECT phone FROM people_user")] == ["v1"]
    assert "张三" not in raw("SELECT display_name FROM people_user")[0]
    assert User.objects.get().phone == PHONE
    assert User.objects.with_phone(PHONE).display_name == "张三"
    assert User.objects.get().phone_index == blind_index("people.phone", PHONE)


def test_nothing_stays_nothing():
    User.objects.open_account()
    User.objects.open_account()

    assert raw("SELECT phone FROM people_user") == ["", ""]


def test_one_number_has_one_account():
    User.objects.open_account(phone=PHONE)

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.open_account(phone=PHONE)


def test_searching_a_sealed_column_is_refused():
    with pytest.raises(FieldError):
        User.objects.filter(phone=PHONE).exists()
    with pytest.raises(FieldError):
        EmailAddress.objects.filter(email__icontains="a").exists()


def test_a_value_moved_to_another_column_does_not_open():
    User.objects.open_account(phone=PHONE, display_name="张三")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_user SET display_name = phone")

    with pytest.raises(TamperedError):
        User.objects.get()


def test_addresses_are_sealed_found_and_unique():
    anna, berta = User.objects.open_account(), User.objects.open_account()
    EmailAddress.objects.create(user=anna, email="anna@example.cn", verified=True, primary=True)

    assert "anna" not in raw("SELECT email FROM account_emailaddress")[0]
    assert EmailAddress.objects.get(email="anna@example.cn").user == anna
    assert EmailAddress.objects.filter(email__in=["b@example.cn", "anna@example.cn"]).count() == 1
    assert not EmailAddress.objects.filter(email__in=[]).exists()
    assert not EmailAddress.objects.filter(email="anna@example.com").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        EmailAddress.objects.create(user=berta, email="anna@example.cn", verified=True)


def test_no_migration_is_due():
    call_command("makemigrations", "account", "people", check=True, dry_run=True, stdout=StringIO())


class TestRotation:
    OLD = "k1:" + "11" * 32
    NEW = "k2:" + "22" * 32

    @pytest.fixture
    def rows(self, settings):
        settings.VAULT_KEYS = self.OLD
        user = User.objects.open_account(phone=PHONE, display_name="张三")
        User.objects.open_account()
        EmailAddress.objects.create(user=user, email="a@example.cn", verified=True, primary=True)
        settings.VAULT_KEYS = f"{self.NEW},{self.OLD}"
        return user

    def test_while_it_is_under_way_everybody_is_found(self, rows):
        assert User.objects.get(pk=rows.pk).phone == PHONE
        assert EmailAddress.objects.get(email="a@example.cn").user_id == rows.pk

    def test_afterwards_the_old_key_can_go(self, rows, settings):
        assert vault_rotate(actor=system("test")) == 3
        settings.VAULT_KEYS = self.NEW

        assert User.objects.get(pk=rows.pk).display_name == "张三"
        assert EmailAddress.objects.get(email="a@example.cn").user_id == rows.pk
        assert vault_rotate(actor=system("test")) == 0

    def test_without_it_the_old_rows_do_not_open(self, rows, settings):
        settings.VAULT_KEYS = self.NEW

        with pytest.raises(UnknownKeyError):
            User.objects.get(pk=rows.pk)

    def test_the_command_says_what_it_did(self, rows):
        out = StringIO()
        call_command("vault_rotate", stdout=out)

        assert out.getvalue() == "3 values now sealed with key k2\n"
