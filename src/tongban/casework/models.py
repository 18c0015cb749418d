"""Tables of casework."""

from django.db import models

from tongban.kernel.ids import new_id


class Case(models.Model):
    """The application being worked; its id is the application's. Pins every version it depends on."""

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=40, unique=True)
    person_id = models.UUIDField(db_index=True)
    event_code = models.CharField(max_length=80)
    catalogue_version = models.CharField(max_length=64)
    calendar_version = models.CharField(max_length=200)
    region = models.CharField(max_length=12)
    applicant_role = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    promised_on = models.DateField()
    provisional = models.BooleanField()
    plan = models.JSONField()
    figures = models.JSONField()
    shape = models.JSONField(default=dict)
    """Members of roles that several play, and regions whose overlays hold: what shaped the life event."""

    def __str__(self) -> str:
        return f"case {self.number}"


class CaseValue(models.Model):
    """One value of a case, with where it comes from and whether somebody vouches for it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="values_held")
    address = models.CharField(max_length=160)
    value = models.JSONField(null=True)
    kind = models.CharField(max_length=20)
    department = models.CharField(max_length=60, blank=True)
    resource = models.CharField(max_length=80, blank=True)
    query_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    verified = models.BooleanField()
    agrees = models.BooleanField(null=True)
    """After verification: whether the owner's record says the same; None: not compared."""
    disputed = models.BooleanField(default=False)
    remark = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "address"], name="casework_value_once"),)

    def __str__(self) -> str:
        return f"{self.address} of {self.case_id}"


class CaseFile(models.Model):
    """One file of a case: submitted with it, answering a correction, or following later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    material = models.CharField(max_length=160)
    name = models.TextField()
    media_type = models.CharField(max_length=60)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"file {self.pk}"


class Dispatch(models.Model):
    """One item of a case at one department: its own state, clocks and outcome.

    `state` and the due dates are projections of the journal, moved in the same statement as `version`; a test
    proves that they equal the fold of the events.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="dispatches")
    item = models.CharField(max_length=80)
    item_version = models.CharField(max_length=64)
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12)
    """Code of the region whose office decides."""
    via = models.CharField(max_length=20)
    order = models.IntegerField()
    waits_for = models.JSONField(default=list)
    state = models.CharField(max_length=20)
    version = models.IntegerField(default=1)
    opened_at = models.DateTimeField()
    freed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    receipt = models.TextField(blank=True)
    assigned_to = models.BigIntegerField(null=True)
    promised_due_on = models.DateField(null=True)
    statutory_due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    calendar_version = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "item"], name="casework_dispatch_once"),)
        indexes = (
            models.Index(fields=["department", "region", "state", "promised_due_on"], name="casework_inbox"),
        )

    def __str__(self) -> str:
        return f"dispatch {self.pk}"


class Correction(models.Model):
    """One itemised notice and its answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="corrections")
    asked_at = models.DateTimeField()
    faults = models.JSONField()
    """[{target, kind: address|material, what, why, how, law}]"""
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # Administrative Licensing Law art. 32 (4): everything to be mended is told at once.
            models.UniqueConstraint(
                fields=["dispatch"],
                condition=models.Q(answered_at__isnull=True),
                name="casework_one_open_correction",
            ),
        )

    def __str__(self) -> str:
        return f"correction {self.pk}"


class Outcome(models.Model):
    """How a dispatch was decided."""

    dispatch = models.OneToOneField(Dispatch, on_delete=models.CASCADE, related_name="outcome")
    approved = models.BooleanField()
    decided_at = models.DateTimeField()
    reasons = models.JSONField(default=list)
    """[{code, text, law}]"""
    produced = models.JSONField(default=dict)
    """Address → value."""

    def __str__(self) -> str:
        return f"outcome of {self.dispatch_id}"


class HeldCertificate(models.Model):
    """A certificate that an outcome issued, kept with the case until it is a signed credential."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="certificates")
    code = models.CharField(max_length=80)
    number = models.TextField()
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.code} of {self.dispatch_id}"


class JointTask(models.Model):
    """One department's part in a joint review: what it is asked, until when, and its word.

    The word and the lapse are projections of the journal; `shows` and `papers` are null for everything that
    the item needs.
    """

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="joint_tasks")
    department = models.CharField(max_length=60)
    rules = models.JSONField(default=list)
    """Codes of the rules that ask it."""
    shows = models.JSONField(null=True)
    papers = models.JSONField(null=True)
    silence = models.CharField(max_length=12, default="waits")
    over = models.CharField(max_length=12, default="never")
    asked_at = models.DateTimeField()
    working_days = models.IntegerField(null=True)
    """The limit; it stands still while the applicant mends something. Null: no limit."""
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    lapsed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    account_id = models.BigIntegerField(null=True)
    agrees = models.BooleanField(null=True)
    reasons = models.JSONField(default=list)
    """Codes of the reasons that were chosen."""
    reason = models.TextField(blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["dispatch", "department"], name="casework_signed_once"),
        )
        indexes = (
            models.Index(fields=["department", "dispatch"], name="casework_joint_inbox"),
            # What may run out: the worker looks for it every few moments.
            models.Index(
                fields=["due_on"],
                condition=models.Q(lapsed_at=None, released_at=None, agrees=None),
                name="casework_joint_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.department} on {self.dispatch_id}"


class AssignmentPolicy(models.Model):
    """How one department's tasks find their clerk; without a row nobody is chosen and all may take them."""

    department = models.CharField(max_length=60, primary_key=True)
    strategy = models.CharField(max_length=40)
    changed_by = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.department}: {self.strategy}"


class Assignment(models.Model):
    """One automatic assignment with the figures that led to it. Rows are only ever added."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="assignments")
    department = models.CharField(max_length=60)
    account_id = models.BigIntegerField()
    strategy = models.CharField(max_length=40)
    figures = models.JSONField()
    """As in the event: [{account, load, hours, done, turn}], every clerk that was considered."""
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["department", "account_id", "-id"], name="casework_turns"),)

    def __str__(self) -> str:
        return f"assignment of {self.dispatch_id}"


class Handled(models.Model):
    """How long one clerk had one task, in working hours: a projection of the journal for later estimates."""

    dispatch = models.OneToOneField(Dispatch, on_delete=models.CASCADE, related_name="handled")
    account_id = models.BigIntegerField()
    department = models.CharField(max_length=60)
    item = models.CharField(max_length=80)
    """The service item, without a member's number."""
    hours = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["department", "item", "-at"], name="casework_efforts"),)

    def __str__(self) -> str:
        return f"handling of {self.dispatch_id}"
