"""Tables of intake."""

from django.db import models

from tongban.kernel.ids import new_id


class Application(models.Model):
    """An application up to its submission. Its id is also the case's and the journal stream's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField(db_index=True)
    event_code = models.CharField(max_length=80)
    catalogue_version = models.CharField(max_length=64)
    applicant_role = models.CharField(max_length=80)
    region = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    """When the person saw what is already known; None until then."""
    submitted_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=40, null=True, unique=True)  # noqa: DJ001  # unique, and none before submission
    promised_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    items = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    members = models.JSONField(default=dict)
    """Role that several play → its members, see `intake.domain.members`."""
    plan = models.JSONField(null=True)
    figures = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"application {self.pk}"


class Value(models.Model):
    """One value of an application: what a registry said, or what the person answered, side by side."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="values_held")
    address = models.CharField(max_length=160)
    answered = models.BooleanField()
    """True: the person's answer; False: what government knows."""
    value = models.JSONField(null=True)
    kind = models.CharField(max_length=20)
    department = models.CharField(max_length=60, blank=True)
    resource = models.CharField(max_length=80, blank=True)
    query_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    disputed = models.BooleanField(default=False)
    remark = models.TextField(blank=True)
    """What the person says is wrong with it."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "address", "answered"], name="intake_value_once"),
        )

    def __str__(self) -> str:
        return f"{self.address} of {self.application_id}"


class Source(models.Model):
    """One registry for one application: allowed or not, and how asking it went."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="sources")
    resource = models.CharField(max_length=80)
    allowed = models.BooleanField(default=True)
    state = models.CharField(max_length=10, default="not_asked")
    """not_asked, got, none (no such record) or down."""
    at = models.DateTimeField(null=True)
    asked = models.JSONField(default=list)
    """`address|fingerprint of the key` of what was asked and answered: the same question is not put twice."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "resource"], name="intake_source_once"),
        )

    def __str__(self) -> str:
        return f"{self.resource} for {self.application_id}"


class Upload(models.Model):
    """One uploaded file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="uploads")
    material = models.CharField(max_length=160)
    """Key of the document: `material` or `material.role`."""
    name = models.TextField()
    media_type = models.CharField(max_length=60)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Serial(models.Model):
    """The last serial number of a legal day."""

    day = models.DateField(primary_key=True)
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"
