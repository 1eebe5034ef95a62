"""The vault bound to Django: model fields that the database only ever sees sealed, and the blind index beside them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup

from accounts.vault import cipher, findable
from accounts.vault.blindindex import blind
from accounts.vault.keyring import Keyring, parse_key


@lru_cache(maxsize=8)
def _parse(text: str) -> Keyring:
    return Keyring.parse(text)


def keyring() -> Keyring:
    """Return the keyring that the settings name (VAULT_KEYS)."""
    return _parse(settings.VAULT_KEYS)


def seal_text(value: str, *, aad: str) -> str:
    """Return a text sealed for that place."""
    return cipher.seal(keyring(), value.encode("utf-8"), aad=aad)


def unseal_text(value: str, *, aad: str) -> str:
    """Return the text sealed for that place (TamperedError, UnknownKeyError when it does not open)."""
    return cipher.unseal(keyring(), value, aad=aad).decode("utf-8")


def blind_index(domain: str, value: str) -> str:
    """Return the hex to keep and search in a CharField(max_length=64) beside the sealed column; "" stays ""."""
    return blind(parse_key(settings.VAULT_INDEX_KEY), domain, value) if value else ""


class EncryptedTextField(models.TextField[str, str]):
    """A text that is sealed on its way into the database and opened on its way out.

    Args:
        aad: where the value belongs, "room.model.field"; it must never change while rows exist.

    "" and None are kept as they are. The database cannot search it: keep `blind_index` beside it.
    """

    def __init__(self, *args: Any, aad: str, **kwargs: Any) -> None:
        self.aad = aad
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), {**kwargs, "aad": self.aad}

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return seal_text(prepared, aad=self.aad) if prepared else prepared

    def from_db_value(self, value: str | None, expression: object, connection: BaseDatabaseWrapper) -> str | None:
        return unseal_text(value, aad=self.aad) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is it there": comparing a sealed value would silently find nothing."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.aad} is sealed: search its blind index instead.")
        return super().get_lookup(lookup_name)


class SealedEmailField(models.EmailField[str, str]):
    """allauth's EmailAddress.email, sealed so that equality can still be asked (AES-SIV).

    It deconstructs as the EmailField that it replaces: the column's type stays, so no migration is due. Only `exact`
    and `in` are answered, with the value under every key of the ring, so that a rotation loses nobody.
    """

    aad = "account.emailaddress.email"

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", list(args), kwargs

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        if not prepared:
            return prepared
        return findable.seal_findable(keyring(), prepared.encode("utf-8"), aad=self.aad)

    def from_db_value(self, value: str | None, expression: object, connection: BaseDatabaseWrapper) -> str | None:
        return findable.unseal_findable(keyring(), value, aad=self.aad).decode("utf-8") if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"exact", "in", "isnull"}:
            raise FieldError(f"{self.aad} is sealed: ask for equality only.")
        return super().get_lookup(lookup_name)


class _SealedEquality(Lookup[Any]):
    """column IN (the value under each key)."""

    prepare_rhs = False

    def values(self) -> Iterable[str]:
        return (self.rhs,)

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        column, params = self.process_lhs(compiler, connection)
        sealed = [
            text
            for value in self.values()
            for text in findable.candidates(keyring(), str(value).encode("utf-8"), aad=SealedEmailField.aad)
        ]
        if not sealed:
            return "1 = 0", []
        return f"{column} IN ({', '.join(['%s'] * len(sealed))})", [*params, *sealed]


@SealedEmailField.register_lookup
class SealedExact(_SealedEquality):
    """email = value."""

    lookup_name = "exact"


@SealedEmailField.register_lookup
class SealedIn(_SealedEquality):
    """email in values."""

    lookup_name = "in"

    def values(self) -> Iterable[str]:
        return tuple(self.rhs)
