"""Tables of the exchange."""

from django.db import models


class Partner(models.Model):
    """A department's system as a communication partner: its key and whether it answers."""

    department = models.CharField(max_length=60, primary_key=True)
    public_key = models.BinaryField(null=True)
    failures = models.IntegerField(default=0)
    down_since = models.DateTimeField(null=True)
    try_at = models.DateTimeField(null=True)
    """While down: when the next message may be tried."""

    def __str__(self) -> str:
        return self.department


class Outbox(models.Model):
    """One message to a department: the truth about its delivery. Its content is cleared once acknowledged."""

    id = models.UUIDField(primary_key=True)
    """The message id: the same at every attempt, so that the receiver can ignore a repeat."""
    department = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    application_id = models.UUIDField()
    dispatch_id = models.UUIDField()
    envelope = models.JSONField()
    values = models.JSONField()
    materials = models.JSONField(default=list)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    receipt = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at"],
                name="exchange_outbox_due",
                condition=models.Q(delivered_at__isnull=True, refused_at__isnull=True),
            ),
            models.Index(fields=["dispatch_id", "created_at"], name="exchange_outbox_dispatch"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id} to {self.department}"


class Inbox(models.Model):
    """One reply of a department, taken once whatever often it is sent."""

    department = models.CharField(max_length=60)
    reply_id = models.CharField(max_length=100)
    application_id = models.UUIDField()
    dispatch_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    content = models.JSONField()
    """The decoded reply."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["department", "reply_id"], name="exchange_reply_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reply_id} of {self.department}"


class Nonce(models.Model):
    """A nonce seen in a signed request; refused when seen again before it expires."""

    value = models.CharField(max_length=200, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "nonce"
