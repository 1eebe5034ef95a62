"""manage.py vault_rotate: move every sealed value to the first key of VAULT_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.people.services.keys import vault_rotate
from accounts.vault.fields import keyring
from compliance.audit.actor import system


class Command(BaseCommand):
    """Put the new key first in VAULT_KEYS, restart, run this, then (when sessions have aged out) drop the old key."""

    help = "Seal again, under the first key of VAULT_KEYS, whatever another key sealed. Safe while the platform runs."

    def handle(self, *args: Any, **options: Any) -> None:
        moved = vault_rotate(actor=system("vault_rotate"))
        self.stdout.write(f"{moved} values now sealed with key {keyring().primary[0]}")
