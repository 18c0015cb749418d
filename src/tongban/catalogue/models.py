"""Tables of the catalogue: the versions that cases are pinned to, and lists taken in from elsewhere."""

from django.db import models


class CatalogueVersion(models.Model):
    """One version of the whole content, kept for ever so that a case made with it can be explained."""

    version = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of `content`."""
    content = models.TextField()
    """Canonical JSON (RFC 8785): kind → code → the file as it stood."""
    summary = models.JSONField()
    """Kind → how many."""
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.version


class CatalogueRelease(models.Model):
    """From which day a version applies. On a day the latest such day counts, and of its releases the last."""

    version = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="releases")
    applies_from = models.DateField()
    published_at = models.DateTimeField()
    note = models.TextField(blank=True)
    """What its publisher says about it."""
    at_start = models.BooleanField(default=False)
    """Whether the platform published its own content when it started, and nobody by hand."""

    class Meta:
        """In the order in which they take effect."""

        ordering = ("applies_from", "published_at", "id")
        indexes = (models.Index(fields=["applies_from", "published_at"], name="catalogue_release_day"),)

    def __str__(self) -> str:
        return f"{self.version_id} from {self.applies_from}"


class ImportedList(models.Model):
    """A list of service items in the common exchange shape."""

    name = models.CharField(max_length=200, unique=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the file last taken in."""
    imported_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    departments = models.PositiveIntegerField()
    findings = models.JSONField(default=list)
    """Findings about the list itself, not about one row."""

    def __str__(self) -> str:
        return self.name


class ImportedItem(models.Model):
    """One row of such a list, as it stood, with what could be read of its code."""

    imported_list = models.ForeignKey(ImportedList, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=300)
    """The item code; with ``#2``, ``#3`` … when it stands more than once; ``row-n`` without one."""
    position = models.PositiveIntegerField()
    """Row number in the file, from 1."""
    department = models.TextField(blank=True)
    main_item = models.TextField(blank=True)
    name = models.TextField(blank=True)
    code = models.TextField(blank=True)
    catalogue_part = models.TextField(blank=True)
    area = models.CharField(max_length=12, blank=True)
    sequence = models.CharField(max_length=3, blank=True)
    department_code = models.TextField(blank=True)
    code_version = models.CharField(max_length=20, blank=True)
    suffix = models.CharField(max_length=2, blank=True)
    task_type = models.CharField(max_length=20, blank=True)
    raw = models.JSONField()
    """The row exactly as it stood, with its department."""
    digest = models.CharField(max_length=64)
    """SHA-256 of `raw`, canonical."""
    findings = models.JSONField(default=list)
    present = models.BooleanField(default=True)
    """False: a later file of the same list no longer holds it."""

    class Meta:
        """A key stands once in its list."""

        constraints = (models.UniqueConstraint(fields=["imported_list", "key"], name="catalogue_item_once"),)
        indexes = (models.Index(fields=["department_code"]), models.Index(fields=["catalogue_part"]))

    def __str__(self) -> str:
        return self.key
