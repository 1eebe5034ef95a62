"""Check the whole log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.audit.fsck import check


class Command(BaseCommand):
    help = "Check every row of the log's tables; names what is wrong and exits 1."

    def handle(self, *args: Any, **options: Any) -> None:
        report = check()
        for finding in report.findings:
            self.stdout.write(f"WRONG  {finding}")
        if report.findings:
            raise CommandError(f"{len(report.findings)} wrong in a log of {report.size} events")
        self.stdout.write(f"OK  {report.size} events, root {report.root.hex()}")
