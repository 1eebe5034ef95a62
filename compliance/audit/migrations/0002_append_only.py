"""The log's tables become append-only in the database itself."""

from django.db import migrations

from compliance.audit import triggers


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(triggers.arm, triggers.disarm)]
