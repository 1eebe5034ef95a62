"""The database itself refuses to rewrite the log: triggers for SQLite and PostgreSQL.

Events, checkpoints and full tiles stay for ever; a partial tile, the head and a day only grow; an outbox row leaves
only when its event is in the tree; a disclosure can be erased (PIPL Art. 47) or sealed under another key, but not
edited. Who owns the schema can drop the triggers: they stop accidents and bugs; audit_fsck shows what an owner did.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROWS = "OLD.level <> NEW.level OR OLD.{index} <> NEW.{index} OR length(NEW.data) <= length(OLD.data) OR {prefix}"
IN_TREE = "NOT EXISTS (SELECT 1 FROM audit_event WHERE event_id = OLD.event_id)"
# A disclosure may only be sealed again, under another key of the vault; its entry's commitments hold the value fast.
RESEALED = "OLD.event_id <> NEW.event_id OR NEW.sealed NOT LIKE 'v1._%._%' OR {old_key} = {new_key}"
DAY = "OLD.day <> NEW.day OR NEW.min_seq > OLD.min_seq OR NEW.max_seq < OLD.max_seq"


@dataclass(frozen=True, slots=True)
class Guard:
    """One refusal.

    Args:
        table: the table.
        operation: UPDATE or DELETE.
        when: SQL over OLD and NEW that makes it a refusal; "" refuses always. The names in braces differ by vendor.
    """

    table: str
    operation: str
    when: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_no_{self.operation.lower()}"

    @property
    def message(self) -> str:
        return f"{self.table} is append-only: {self.operation} refused"


GUARDS = (
    Guard("audit_event", "UPDATE"),
    Guard("audit_event", "DELETE"),
    Guard("audit_tile", "UPDATE", GROWS),
    Guard("audit_tile", "DELETE"),
    Guard("audit_head", "UPDATE", "NEW.size <= OLD.size"),
    Guard("audit_head", "DELETE"),
    Guard("audit_checkpoint", "UPDATE"),
    Guard("audit_checkpoint", "DELETE"),
    Guard("audit_day", "UPDATE", DAY),
    Guard("audit_day", "DELETE"),
    Guard("audit_outbox", "UPDATE"),
    Guard("audit_outbox", "DELETE", IN_TREE),
    Guard("audit_disclosure", "UPDATE", RESEALED),
)
# SQLite's INSERT OR REPLACE deletes without firing DELETE triggers, so a second row with a taken key is refused first.
KEYS = {
    "audit_event": "seq = NEW.seq OR event_id = NEW.event_id",
    "audit_tile": 'level = NEW.level AND "index" = NEW."index"',
    "audit_head": "id = NEW.id",
    "audit_checkpoint": "size = NEW.size",
    "audit_day": "day = NEW.day",
    "audit_outbox": "event_id = NEW.event_id",
    "audit_disclosure": "event_id = NEW.event_id",
}
TABLES = tuple(dict.fromkeys(guard.table for guard in GUARDS))
_SQLITE = {
    "index": '"index"',
    "prefix": "substr(NEW.data, 1, length(OLD.data)) <> OLD.data",
    "old_key": "substr(OLD.sealed, 4, instr(substr(OLD.sealed, 4), '.'))",
    "new_key": "substr(NEW.sealed, 4, instr(substr(NEW.sealed, 4), '.'))",
}
_POSTGRES = {
    "index": '"index"',
    "prefix": "substring(NEW.data FROM 1 FOR length(OLD.data)) <> OLD.data",
    "old_key": "split_part(OLD.sealed, '.', 2)",
    "new_key": "split_part(NEW.sealed, '.', 2)",
}


def arming_sql(vendor: str) -> list[str]:
    """Return the statements that put the triggers in place."""
    return _sqlite() if vendor == "sqlite" else _postgres()


def _sqlite() -> list[str]:
    statements = []
    for guard in GUARDS:
        when = f" WHEN {guard.when.format(**_SQLITE)}" if guard.when else ""
        refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
        statements.append(f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table}{when} {refuse}")
    for table, same in KEYS.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: this key is taken'); END"
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names from this module
        statements.append(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}")
    return statements


def _postgres() -> list[str]:
    statements = []
    for guard in GUARDS:
        refuse = f"RAISE EXCEPTION '{guard.message}';"
        body = f"IF {guard.when.format(**_POSTGRES)} THEN {refuse} END IF;" if guard.when else refuse
        row = "OLD" if guard.operation == "DELETE" else "NEW"
        function = f"FUNCTION {guard.name}()"
        statements += [
            f"CREATE {function} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN {row}; END $$",
            f"CREATE TRIGGER {guard.name} BEFORE {guard.operation} ON {guard.table} FOR EACH ROW EXECUTE {function}",
        ]
    statements.append(
        "CREATE FUNCTION audit_no_truncate() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only: TRUNCATE refused', TG_TABLE_NAME; END $$"
    )
    statements += [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_no_truncate()"
        for table in TABLES
    ]
    return statements


def disarming_sql(vendor: str) -> list[str]:
    """Return the statements that take the triggers away."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {name}" for name in sorted(expected(vendor))]
    statements = [f"DROP TRIGGER {table}_no_truncate ON {table}" for table in TABLES]
    statements.append("DROP FUNCTION audit_no_truncate()")
    for guard in GUARDS:
        statements += [f"DROP TRIGGER {guard.name} ON {guard.table}", f"DROP FUNCTION {guard.name}()"]
    return statements


def expected(vendor: str) -> dict[str, str]:
    """Return name and body of every trigger that an armed database has."""
    if vendor == "sqlite":
        return {statement.split()[2]: statement for statement in _sqlite()}
    bodies = {
        statement.split()[2].removesuffix("()"): statement.split("$$")[1]
        for statement in _postgres()
        if statement.startswith("CREATE FUNCTION")
    }
    truncate = bodies.pop("audit_no_truncate")
    return bodies | {f"{table}_no_truncate": truncate for table in TABLES}


def present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return name and body of the enabled triggers on the log's tables."""
    if connection.vendor == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit!_%%' ESCAPE '!'"
    else:
        # Disabled ones and those that fire on replicas only refuse nothing here.
        query = (
            "SELECT tgname, prosrc FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE relname LIKE 'audit!_%%' ESCAPE '!' AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
    with connection.cursor() as cursor:
        cursor.execute(query, [])
        return dict(cursor.fetchall())


def arm(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Forward step of migration 0002."""
    for statement in arming_sql(editor.connection.vendor):
        editor.execute(statement, params=None)


def disarm(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Backward step of migration 0002."""
    for statement in disarming_sql(editor.connection.vendor):
        editor.execute(statement, params=None)
