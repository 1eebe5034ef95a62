"""Key rotation: every sealed value moves to the keyring's first key."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from accounts.people import events
from accounts.vault import cipher
from accounts.vault.fields import EncryptedTextField, SealedEmailField, keyring
from compliance.audit.actor import Actor
from compliance.audit.services import record

Sealed = EncryptedTextField | SealedEmailField
BATCH = 200


def sealed_fields() -> Iterator[tuple[type[models.Model], Sealed]]:
    """Yield every sealed column of every installed model."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField | SealedEmailField):
                yield model, field


def vault_rotate(*, actor: Actor) -> int:
    """Seal again, under the first key, whatever another key sealed; return how many values moved.

    Safe while the platform runs: a row that somebody changes meanwhile is left for the next run, which finds only
    what is still to be done. Sessions are not touched; they end with their age (docs/adr/0004-vault.md).
    """
    primary = keyring().primary[0]
    moved = sum(_rotate_column(model, field, primary) for model, field in sealed_fields())
    with transaction.atomic():
        record(event=events.KEYS_ROTATED, actor=actor, public={"key": primary, "rows": moved})
    return moved


def _rotate_column(model: type[models.Model], field: Sealed, primary: str) -> int:
    moved = 0
    rows = model._base_manager.annotate(sealed_now=Cast(field.name, models.TextField())).exclude(sealed_now="")
    last: object = None
    while True:
        page = rows.exclude(sealed_now=None).order_by("pk")
        if last is not None:
            page = page.filter(pk__gt=last)
        batch = list(page.values_list("pk", "sealed_now", field.name)[:BATCH])
        if not batch:
            return moved
        for pk, sealed, clear in batch:
            if cipher.key_id_of(sealed) != primary:
                moved += rows.filter(pk=pk, sealed_now=sealed).update(**{field.name: clear})
        last = batch[-1][0]
