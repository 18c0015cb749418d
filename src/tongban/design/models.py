"""Tables of design: drafts, the revisions of their files, comments, and the moves of a draft."""

from django.db import models

from tongban.kernel.ids import new_id


class Draft(models.Model):
    """Changes to the catalogue that do not apply yet. Its row is locked by whoever changes anything in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=120)
    base_version = models.CharField(max_length=16)
    """The catalogue version that it changes."""
    opened_by = models.BigIntegerField()
    """An account, as everywhere here."""
    opened_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    hands = models.JSONField(default=list)
    """Accounts that changed what is in it, in the order they came: none of them may approve it."""

    class Meta:
        """Touched last comes first."""

        ordering = ("-touched_at", "-id")
        indexes = (models.Index(fields=["-touched_at"], name="design_draft_touched"),)

    def __str__(self) -> str:
        return f"draft {self.id}"


class DraftFile(models.Model):
    """One file of the catalogue as a draft has it."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=30)
    code = models.CharField(max_length=100)
    revision = models.PositiveIntegerField(default=0)
    """Counts every change, undo and redo too: what an editor saw. 0: only taken up, not changed yet."""
    at = models.ForeignKey(
        "design.Revision", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=True
    )
    """The revision that counts; None: the file is as the base version has it."""
    changed_by = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        """A file stands once in a draft."""

        ordering = ("kind", "code")
        constraints = (models.UniqueConstraint(fields=["draft", "kind", "code"], name="design_file_once"),)

    def __str__(self) -> str:
        return f"{self.kind}/{self.code}"


class Revision(models.Model):
    """What one person made of a file. A tree: undo walks to `before`, redo to the last child."""

    file = models.ForeignKey(DraftFile, on_delete=models.PROTECT, related_name="revisions")
    before = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="after")
    effect = models.CharField(max_length=6)
    """``set``, ``remove`` or ``base`` (see `domain.Effect`)."""
    content = models.TextField(blank=True)
    """Canonical JSON; empty unless `effect` is ``set``."""
    by = models.BigIntegerField()
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    """The last of the saves that were merged into it."""

    class Meta:
        """In the order in which they were begun."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"revision {self.pk}"


class Comment(models.Model):
    """A remark on a file of a draft, or on one element of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(max_length=30, blank=True)
    """Empty: on the draft as a whole."""
    code = models.CharField(max_length=100, blank=True)
    element = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    by = models.BigIntegerField()
    at = models.DateTimeField()
    resolved_by = models.BigIntegerField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """In the order in which they were written."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"comment {self.id}"


class DraftMove(models.Model):
    """What happened to a draft as a whole; its state is the fold of these."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="moves")
    move = models.CharField(max_length=10)
    by = models.BigIntegerField(null=True)
    """None: the platform itself."""
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    applies_from = models.DateField(null=True)
    base_version = models.CharField(max_length=16, blank=True)
    content_version = models.CharField(max_length=16, blank=True)
    """The version of the whole with the draft's changes, as it was reviewed."""

    class Meta:
        """As they happened."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.move} of {self.draft_id}"
