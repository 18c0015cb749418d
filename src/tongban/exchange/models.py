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
    given_up_at = models.DateTimeField(null=True)
    """Of a refused one: when an operator gave it up; it is never sent again, and what it carried is gone."""
    receipt = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at"],
                name="exchange_outbox_due",
                condition=models.Q(delivered_at__isnull=True, refused_at__isnull=True),
            ),
            models.Index(
                fields=["refused_at"],
                name="exchange_outbox_dead",
                condition=models.Q(refused_at__isnull=False, given_up_at__isnull=True),
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


class Letter(models.Model):
    """One message that a department sent by itself about a case: taken once, or kept with what is wrong."""

    department = models.CharField(max_length=60)
    message_id = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    """Of the message, as a drawn process knows it."""
    reference = models.CharField(max_length=60)
    """The case's number as the department wrote it."""
    application_id = models.UUIDField(null=True)
    """The case that it was for; null while it has found none."""
    received_at = models.DateTimeField()
    problem = models.CharField(max_length=80, blank=True)
    """Why nobody could take it; empty: it was taken."""
    content = models.JSONField(default=dict)
    """Key and values, only while a problem keeps it; may be personal."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["department", "message_id"], name="exchange_letter_once"),
        )
        indexes = (
            models.Index(
                fields=["received_at"], condition=~models.Q(problem=""), name="exchange_letter_problem"
            ),
            models.Index(fields=["application_id"], name="exchange_letter_case"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.message_id} of {self.department}"


class Nonce(models.Model):
    """A nonce seen in a signed request; refused when seen again before it expires."""

    value = models.CharField(max_length=200, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "nonce"
