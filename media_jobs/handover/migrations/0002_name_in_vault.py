from django.db import migrations, models

import accounts.vault.fields
from accounts.vault.fields import seal_text

AAD = "handover.handover.name"


def seal(apps, schema_editor):
    """Seal the names that stood in the open; the column's text is rewritten past the field, which would open it."""
    table = schema_editor.quote_name("handover_handover")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT id, name FROM {table}")  # noqa: S608 - no value of anybody's
        for pk, name in cursor.fetchall():
            cursor.execute(f"UPDATE {table} SET name = %s WHERE id = %s", [seal_text(name, aad=AAD), pk])  # noqa: S608


class Migration(migrations.Migration):

    dependencies = [
        ('handover', '0001_initial'),
    ]

    operations = [
        migrations.AlterField('handover', 'name', models.TextField()),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.AlterField('handover', 'name', accounts.vault.fields.EncryptedTextField(aad=AAD)),
    ]
