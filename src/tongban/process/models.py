"""Tables of process: models that were deployed, their running instances, and what these wait for.

An instance's truth is its state. Work, subscriptions and incidents are written from it in the same statement,
so that they can be found without reading every state; history is the journal.
"""

from django.db import models

from tongban.kernel.ids import new_id


class Definition(models.Model):
    """One version of a model, kept for ever: instances stay on theirs."""

    code = models.CharField(max_length=120)
    version = models.CharField(max_length=64)
    """Version of its graph: the beginning of the digest of what it was made from."""
    kind = models.CharField(max_length=10)
    """`bpmn`: `model` is XML. `plan`: `model` is a plan of the planner as JSON."""
    model = models.TextField()
    process = models.CharField(max_length=120)
    """The process that begins when nobody names one."""
    catalogue_version = models.CharField(max_length=64, blank=True)
    """The version of the content that it came with, whose decisions it asks; empty: deployed by hand."""
    active = models.BooleanField(default=True)
    """The version of its code that new instances take."""
    deployed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["code", "version"], name="process_definition_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(active=True), name="process_definition_active"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Trigger(models.Model):
    """An event that begins a process of an active definition by itself."""

    code = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    """`message`, `signal` or `timer`."""
    name = models.CharField(max_length=200, blank=True)
    process = models.CharField(max_length=120)
    element = models.CharField(max_length=200)
    timer = models.JSONField(null=True)
    next_due = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["kind", "name"], name="process_trigger_name"),
            models.Index(
                fields=["next_due"], condition=models.Q(next_due__isnull=False), name="process_trigger_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name} begins {self.code}"


class Instance(models.Model):
    """One run of a process."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=120)
    definition = models.CharField(max_length=64)
    """Version of the definition."""
    process = models.CharField(max_length=120)
    key = models.CharField(max_length=200, blank=True)
    """Business key: what the instance is about, such as an application's id."""
    stream = models.CharField(max_length=200)
    """Where its events stand in the journal; its own id unless the caller named another."""
    owner = models.CharField(max_length=40, blank=True)
    """Room that moves with it in the same transaction (`tongban.process.owners`)."""
    parent = models.UUIDField(null=True)
    """The instance whose call activity began this one."""
    parent_token = models.CharField(max_length=20, blank=True)
    state = models.JSONField()
    """Tokens, joins, variables, timers, incidents (`tongban.process.engine`). May hold personal data."""
    version = models.IntegerField()
    """Number of its steps; every step moves it by one."""
    status = models.CharField(max_length=12)
    next_due = models.DateTimeField(null=True)
    """When the earliest timer fires; nothing while it is suspended or has ended."""
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["next_due"], condition=models.Q(next_due__isnull=False), name="process_instance_due"
            ),
            models.Index(fields=["code", "definition", "status"], name="process_instance_version"),
            models.Index(fields=["key"], condition=~models.Q(key=""), name="process_instance_key"),
            models.Index(
                fields=["parent"], condition=models.Q(parent__isnull=False), name="process_instance_parent"
            ),
        )

    def __str__(self) -> str:
        return f"instance {self.pk}"


class OpenWork(models.Model):
    """The inbox: one activity that somebody has to do. Gone as soon as it is done or given up."""

    instance = models.ForeignKey(
        Instance, on_delete=models.DO_NOTHING, related_name="work", db_index=False, db_constraint=False
    )
    """The database checks no key of what hangs on an instance: the statement that moves it writes it."""
    token = models.CharField(max_length=20)
    element = models.CharField(max_length=200)
    what = models.CharField(max_length=40)
    name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=120)
    """Who does it: `human`, `item` (a service item), or the name of a handler."""
    department = models.CharField(max_length=60, blank=True)
    role = models.CharField(max_length=60, blank=True)
    assignee = models.CharField(max_length=80, blank=True)
    """Opaque id of who has taken it."""
    created_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    """When a worker shall next do it; null: it is for people, or for another room."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["instance", "token"], name="process_work_once"),)
        indexes = (
            models.Index(fields=["department", "role", "assignee", "created_at"], name="process_inbox"),
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="process_job_due"),
        )

    def __str__(self) -> str:
        return f"{self.element} of {self.instance_id}"


class Subscription(models.Model):
    """An instance waits for a message or a signal."""

    instance = models.ForeignKey(
        Instance,
        on_delete=models.DO_NOTHING,
        related_name="subscriptions",
        db_index=False,
        db_constraint=False,
    )
    place = models.CharField(max_length=24)
    """The token or frame that waits, such as `t12` or `f0`."""
    element = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=400, blank=True)
    """What the message must carry, as canonical JSON; empty: anything."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["instance", "place", "element", "kind", "name", "key"],
                name="process_subscription_once",
            ),
        )
        indexes = (models.Index(fields=["name", "key", "kind"], name="process_subscription_name"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name} for {self.instance_id}"


class Incident(models.Model):
    """What holds an instance up."""

    instance = models.ForeignKey(
        Instance,
        on_delete=models.DO_NOTHING,
        related_name="incidents",
        db_index=False,
        db_constraint=False,
    )
    number = models.CharField(max_length=20)
    element = models.CharField(max_length=200)
    code = models.CharField(max_length=60)
    message = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["instance", "number"], name="process_incident_once"),)
        indexes = (models.Index(fields=["opened_at"], name="process_incident_opened"),)

    def __str__(self) -> str:
        return f"{self.code} at {self.element} of {self.instance_id}"


class Post(models.Model):
    """Something on its way to an instance: a message, a signal, the end of a called process.

    Written in the statement of the step that sends it, removed in the transaction in which it arrives.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    """`message`, `signal`, `done` (a called process has ended) or `stop` (its caller has given it up)."""
    name = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=400, blank=True)
    """As `Subscription.key`."""
    values = models.JSONField(default=dict)
    """May hold personal data."""
    keys = models.JSONField(default=dict)
    """Correlation properties of the conversation that it belongs to, as the engine gives them."""
    message_id = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)
    """The one element that it is meant for."""
    to = models.UUIDField(null=True)
    """The one instance that it is meant for."""
    origin = models.UUIDField(null=True)
    """The instance that sent it, which does not get it."""
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """When it is next tried."""
    expires_at = models.DateTimeField()
    kept = models.BooleanField(default=False)
    """Nobody waited for it: it is tried again when somebody does."""

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], condition=models.Q(kept=False), name="process_post_due"),
            models.Index(fields=["name"], condition=models.Q(kept=True), name="process_post_kept"),
            models.Index(fields=["expires_at"], name="process_post_expires"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class SeenMessage(models.Model):
    """The id of a message that has come: the same id again changes nothing. Forgotten after a time."""

    id = models.CharField(primary_key=True, max_length=200)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id


class Transfer(models.Model):
    """The move of running instances from one version to another, as one piece of work."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=120)
    source = models.CharField(max_length=64)
    target = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    """Element of the source → element of the target, where they are not the same."""
    reason = models.TextField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reverted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.code} {self.source} → {self.target}"


class Transferred(models.Model):
    """What a transfer did with one instance."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="instances")
    instance = models.ForeignKey(Instance, on_delete=models.DO_NOTHING, related_name="transfers")
    result = models.CharField(max_length=12)
    """`open`, `moved`, `refused`, `reverted` or `kept` (could not be reverted)."""
    faults = models.JSONField(default=list)
    """Why not: list of element, code, message."""
    before = models.JSONField(null=True)
    """The state before the move, for the way back."""
    version = models.IntegerField(default=0)
    """The instance's version just after the move: only from there there is a way back."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["transfer", "instance"], name="process_transfer_once"),
        )
        indexes = (models.Index(fields=["transfer", "result"], name="process_transfer_result"),)

    def __str__(self) -> str:
        return f"{self.instance_id}: {self.result}"
