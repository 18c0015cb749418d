"""Tables of the journal. Their shape (partitions, identity, permissions) is SQL: see migration 0001."""

from django.db import models


class JournalEvent(models.Model):
    """One fact. Appended by `actions.record` only; the database refuses update, delete and truncate."""

    position = models.BigIntegerField(primary_key=True)
    """Unique by its sequence; the table's key is (at, position), as a partitioned table needs."""
    txid = models.BigIntegerField()
    id = models.UUIDField()
    stream = models.TextField()
    seq = models.BigIntegerField()
    type = models.TextField()
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    data = models.JSONField()
    commitment = models.BinaryField(null=True)
    prev = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_event"

    def __str__(self) -> str:
        return f"{self.type} #{self.seq} of {self.stream}"


class JournalPayload(models.Model):
    """The personal part of an event: destroyed by erasure, while the event and its commitment stay."""

    event_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    salt = models.BinaryField()
    data = models.JSONField()

    class Meta:
        managed = False
        db_table = "journal_payload"

    def __str__(self) -> str:
        return f"payload of {self.event_id}"


class JournalSubscription(models.Model):
    """How far a subscriber has read; whoever locks the row owns the next batch."""

    name = models.TextField(primary_key=True)
    txid = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"


class ParkedEvent(models.Model):
    """An event that a subscriber could not take: tried again later, the stream's next events behind it."""

    subscription = models.TextField()
    stream = models.TextField()
    txid = models.BigIntegerField()
    position = models.BigIntegerField()
    attempts = models.IntegerField(default=0)
    error = models.TextField()
    """Kind and code of the error, nothing personal."""
    retry_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["subscription", "position"], name="journal_parked_once"),
        )
        indexes = (models.Index(fields=["subscription", "retry_at"], name="journal_parked_due"),)

    def __str__(self) -> str:
        return f"{self.subscription}: {self.position} after {self.attempts} attempts"
