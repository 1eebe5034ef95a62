"""The log's tables, written by services and the sequencer, kept append-only by triggers (migration 0002).

Natural keys only: a surrogate id would be a byte that nothing checks.
"""

from django.db import models

from accounts.vault.fields import EncryptedTextField


class Pending(models.Model):
    """The outbox: an event recorded by a business transaction and not yet in the tree.

    `seal` is HMAC(key, every other column): an edit between recording and sequencing never enters the tree.
    """

    event_id = models.CharField(max_length=32, primary_key=True)
    actor_kind = models.CharField(max_length=12)
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    job = models.CharField(max_length=64)
    work = models.CharField(max_length=64)
    entry = models.TextField()
    seal = models.BinaryField(max_length=32)

    class Meta:
        db_table = "audit_outbox"

    def __str__(self) -> str:
        return self.event_id


class Event(models.Model):
    """One leaf of the tree: `entry` is what was hashed, the other columns serve authorised queries.

    actor, subject, job and work are pseudonymous ids; `sha256` repeats the public field of that name;
    `seal` is HMAC(key, seq, event id, sequenced_at), the only columns that the entry does not commit to.
    """

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.CharField(max_length=32, unique=True)
    recorded_at = models.DateTimeField()
    sequenced_at = models.DateTimeField()
    type = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=12)
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    job = models.CharField(max_length=64)
    work = models.CharField(max_length=64)
    outcome = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    public = models.JSONField()
    entry = models.TextField()
    leaf_hash = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index("actor", models.F("seq").desc(), name="audit_event_actor"),
            models.Index("subject", models.F("seq").desc(), name="audit_event_subject"),
            models.Index("job", models.F("seq").desc(), name="audit_event_job"),
            models.Index("work", models.F("seq").desc(), name="audit_event_work"),
            models.Index("type", models.F("seq").desc(), name="audit_event_type"),
            models.Index("sha256", models.F("seq").desc(), name="audit_event_sha256"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(seq__gte=0), name="audit_event_seq_from_0")]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (C2SP tlog-tiles); a partial tile grows, a full one stays for ever."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    data = models.BinaryField(max_length=8192)

    class Meta:
        db_table = "audit_tile"

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Head(models.Model):
    """One row: how many leaves are in the tree, and its root. Moved by compare-and-swap on `size`."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)

    class Meta:
        db_table = "audit_head"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_one_row")]

    def __str__(self) -> str:
        return str(self.size)


class Checkpoint(models.Model):
    """A signed head: `note` is the C2SP signed note that the world sees."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()

    class Meta:
        db_table = "audit_checkpoint"

    def __str__(self) -> str:
        return str(self.size)


class Day(models.Model):
    """Which seq range holds the events recorded on one UTC day; turns a time range into a seq range."""

    day = models.CharField(max_length=10, primary_key=True)
    min_seq = models.BigIntegerField()
    max_seq = models.BigIntegerField()

    class Meta:
        db_table = "audit_day"

    def __str__(self) -> str:
        return self.day


class Disclosure(models.Model):
    """Values and salts of one event's personal fields: the log's only personal data, encrypted, erasable.

    `sealed` is JSON `{field: [salt hex, value]}`. Without it the commitments in the entry can never be opened again.
    """

    event_id = models.CharField(max_length=32, primary_key=True)
    sealed = EncryptedTextField(aad="audit.disclosure.sealed")

    class Meta:
        db_table = "audit_disclosure"

    def __str__(self) -> str:
        return self.event_id
