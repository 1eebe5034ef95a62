"""manage.py seed_personas: the staff of a demonstration, with fictitious numbers and log-in by code."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.people.actors import actor_for
from accounts.people.models import RegulatorAppointment, Role, User
from accounts.people.services import accounts, regulators
from compliance.audit.actor import system

# Fictitious: 138 0013 8xxx is the block of China Mobile's own test number.
STAFF: tuple[tuple[str, str, str, str], ...] = (
    ("staff", Role.STAFF, "+8613800138001", "运营 林"),
    ("officer", Role.OFFICER, "+8613800138002", "合规 周"),
    ("admin1", Role.ADMIN, "+8613800138003", "管理员 甲"),
    ("admin2", Role.ADMIN, "+8613800138004", "管理员 乙"),
)
REGULATOR_PHONE = "+8613800138005"
LETTER_NUMBER = "演示函〔2026〕1号"


class Command(BaseCommand):
    """Open what is missing and print the log-ins; running it again changes nothing."""

    help = "Open the demonstration's staff accounts (staff, officer, two administrators, a regulator) and print them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEPLOYED:
            raise CommandError("These numbers are public: a deployed instance has no personas.")
        people = {name: self._person(role, phone, label) for name, role, phone, label in STAFF}
        people["regulator"] = self._regulator(people["admin1"], people["admin2"])
        rows = [
            {
                "persona": name,
                "seat": user.role,
                "phone": user.phone,
                "log_in_with": user.phone.removeprefix("+86"),
                "id": str(user.pk),
            }
            for name, user in people.items()
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write(f"{row['persona']:<10} {row['seat']:<10} {row['log_in_with']}")
        self.stdout.write(f"Log in at {settings.BASE_URL}/accounts/login/; codes are written to {settings.OUTBOX_DIR}")

    def _person(self, role: str, phone: str, label: str) -> User:
        existing = User.objects.with_phone(phone)
        return existing or accounts.account_open(
            actor=system("seed_personas"), role=role, phone=phone, phone_verified=True, display_name=label
        )

    def _regulator(self, first: User, second: User) -> User:
        """Open the regulator's account as people do: one administrator proposes, the other opens."""
        existing = User.objects.with_phone(REGULATOR_PHONE)
        if existing is not None:
            return existing
        appointment = regulators.regulator_propose(
            actor=actor_for(first),
            administrator=first,
            authority=RegulatorAppointment.Authority.CAC,
            region="演示市",
            letter_number=LETTER_NUMBER,
            letter_reference="演示档案 1",
            holder_name="监管 王",
            holder_phone=REGULATOR_PHONE,
        )
        return regulators.regulator_open(actor=actor_for(second), administrator=second, appointment=appointment)
