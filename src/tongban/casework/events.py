"""What casework writes into the journal; the stream is the application. Reasons and values are payloads."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from tongban.journal.events import register


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A submitted application became a case."""

    TYPE: ClassVar[str] = "tongban.casework.case_opened"
    number: str
    event_code: str
    catalogue_version: str
    calendar_version: str
    region: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsUndrawn:
    """Items of a case that its drawn process does not know; they follow what they need, as in a plan."""

    TYPE: ClassVar[str] = "tongban.casework.items_undrawn"
    process: str
    version: str
    """Of the process; empty: the drawing could not be run, so that the whole case follows the plan."""
    items: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchOpened:
    """One item of the case at one department."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_opened"
    dispatch_id: str
    item: str
    item_version: str
    department: str
    via: str
    waits_for: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchFreed:
    """The department may begin: its clocks start (the day itself is not counted)."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_freed"
    dispatch_id: str
    item: str
    department: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSent:
    """The department's system acknowledged the dispatch."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_sent"
    dispatch_id: str
    item: str
    department: str
    receipt: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchAccepted:
    """The department accepted (受理)."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_accepted"
    dispatch_id: str
    item: str
    department: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAsked:
    """One itemised notice; the clocks stand still. What and why are in the payload."""

    TYPE: ClassVar[str] = "tongban.casework.correction_asked"
    dispatch_id: str
    item: str
    department: str
    correction_id: str
    targets: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAnswered:
    """The applicant mended the named things; the clocks run again."""

    TYPE: ClassVar[str] = "tongban.casework.correction_answered"
    dispatch_id: str
    item: str
    department: str
    correction_id: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPaused:
    """The department's clocks stand still for a reason other than a correction."""

    TYPE: ClassVar[str] = "tongban.casework.clock_paused"
    dispatch_id: str
    item: str
    department: str
    reason: str
    legal_basis: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockResumed:
    """The reason is gone."""

    TYPE: ClassVar[str] = "tongban.casework.clock_resumed"
    dispatch_id: str
    item: str
    department: str
    reason: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ClockExtended:
    """The head of the department extended the limit with a reason (Administrative Licensing Law art. 42)."""

    TYPE: ClassVar[str] = "tongban.casework.clock_extended"
    dispatch_id: str
    item: str
    department: str
    amount: int
    legal_basis: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchApproved:
    """The item ended well; values and numbers are in the payload."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_approved"
    dispatch_id: str
    item: str
    department: str
    produced: list[str]
    certificates: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRejected:
    """The item was refused; the reasons are in the payload."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_rejected"
    dispatch_id: str
    item: str
    department: str
    reasons: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchBlocked:
    """An item cannot begin because another did not end well."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_blocked"
    dispatch_id: str
    item: str
    department: str
    because: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchWithdrawn:
    """The applicant took it back before it was decided."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_withdrawn"
    dispatch_id: str
    item: str
    department: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSkipped:
    """Nothing has to be done for an item: what it would give is there already."""

    TYPE: ClassVar[str] = "tongban.casework.dispatch_skipped"
    dispatch_id: str
    item: str
    department: str
    by: str
    """`rule`: the item's own `skip_when` holds; `held`: an earlier case gave its certificate; `model`: the
    drawn process says so; `unreached`: the drawn process came to its end without it."""
    source: str = ""
    """The earlier dispatch, for `held`; the element of the process, for `model`."""
    words: str = ""
    """What the drawn process gives as the reason, for `model`: its author's words, of no person."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEnded:
    """Every dispatch has ended."""

    TYPE: ClassVar[str] = "tongban.casework.case_ended"
    state: str
    approved: int
    total: int
    skipped: int = 0


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAssigned:
    """A clerk took a dispatch, gave it back or was given it: by a colleague, or by a strategy."""

    TYPE: ClassVar[str] = "tongban.casework.task_assigned"
    dispatch_id: str
    item: str
    department: str
    to: str
    """Account id; empty: nobody."""
    strategy: str = ""
    """The strategy that chose; empty: a person did."""
    figures: list[dict[str, Any]] = field(default_factory=list)
    """What the strategy went by, for every clerk that was considered: ids and numbers only."""
    overrules: bool = False
    """Whether a person changed what the strategy chose; the reason is in the payload."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentConfigured:
    """Another strategy gives a department's tasks to its clerks; the stream is `department:<code>`."""

    TYPE: ClassVar[str] = "tongban.casework.assignment_configured"
    department: str
    strategy: str
    before: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class JointReviewAsked:
    """Risk rules hold, so departments are asked to co-sign, or to look again at what has changed."""

    TYPE: ClassVar[str] = "tongban.casework.joint_review_asked"
    dispatch_id: str
    item: str
    department: str
    """The leading one."""
    asked: list[str]
    again: list[str]
    """Departments that had answered or were asked before: what they see, or what they are asked, is new."""
    rules: list[str]
    addresses: list[str]
    """What the rules read; never the values."""
    due: dict[str, str] = field(default_factory=dict)
    """Department → its last day, ISO 8601; without a limit it is not there."""
    tables: dict[str, str] = field(default_factory=dict)
    """Decision that called for it, of the case's own version → its table's rules that hold, from 1: `2 4`."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class JointReviewReleased:
    """The risk has gone before these departments answered: they are asked no more."""

    TYPE: ClassVar[str] = "tongban.casework.joint_review_released"
    dispatch_id: str
    item: str
    department: str
    released: list[str]
    addresses: list[str]


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class JointSigned:
    """One department signed a joint step, or objected."""

    TYPE: ClassVar[str] = "tongban.casework.joint_signed"
    dispatch_id: str
    item: str
    department: str
    agrees: bool
    reasons: list[str] = field(default_factory=list)
    """Codes of the reasons that were chosen; what was written is in the payload."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class JointLapsed:
    """A department let its limit pass without a word."""

    TYPE: ClassVar[str] = "tongban.casework.joint_lapsed"
    dispatch_id: str
    item: str
    department: str
    silence: str
    """What follows: `agrees` or `escalates`."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class JointSettled:
    """The leading department settled a review in which somebody objected or did not answer."""

    TYPE: ClassVar[str] = "tongban.casework.joint_settled"
    dispatch_id: str
    item: str
    department: str
    decision: str
    """`approved`, `rejected` or `correction`."""
    over: list[str]
    """Departments whose objection stood."""
    without: list[str]
    """Departments that never answered."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandWord:
    """A department's word in a joint human task of the drawn process; the reason is in the payload."""

    TYPE: ClassVar[str] = "tongban.casework.errand_word"
    token: str
    department: str
    agrees: bool


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandDone:
    """A human task of the drawn process is done; what was found out is in the payload."""

    TYPE: ClassVar[str] = "tongban.casework.errand_done"
    token: str
    element: str
    department: str
    silent: list[str] = field(default_factory=list)
    """Departments that let the limit of a joint task pass without a word."""
    filled: list[str] = field(default_factory=list)
    """Data elements of its form that were filled in; the values are in the payload."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandReported:
    """Whoever works on a human task of the drawn process reports something; what, is in the payload."""

    TYPE: ClassVar[str] = "tongban.casework.errand_reported"
    token: str
    element: str
    department: str
    report: str
    """Code of the escalation in the drawing; empty: any."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent:
    """The drawn process sends a message to a department's system; what it carries stands by address."""

    TYPE: ClassVar[str] = "tongban.casework.notice_sent"
    message_id: str
    kind: str
    """Name of the message in the drawing."""
    element: str
    department: str
    addresses: list[str]
    withheld: list[str]
    """What the drawing names and the department may not have, so that it was left out."""
    items: list[str]
    """The department's items in the case that need what is carried."""


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyIgnored:
    """A department's reply came too late or made no sense in the state of its dispatch."""

    TYPE: ClassVar[str] = "tongban.casework.reply_ignored"
    dispatch_id: str
    item: str
    department: str
    kind: str
    reason: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class ValueVerified:
    """A self-declared value was compared with its owner's record after the department was up again."""

    TYPE: ClassVar[str] = "tongban.casework.value_verified"
    address: str
    department: str
    agrees: bool


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAdded:
    """A document that may follow later came in."""

    TYPE: ClassVar[str] = "tongban.casework.document_added"
    material: str
    file_id: str


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class DatesRecomputed:
    """A calendar notice appeared: provisional dates were computed anew."""

    TYPE: ClassVar[str] = "tongban.casework.dates_recomputed"
    calendar_version: str
    promised_on: str
    provisional: bool
    dispatches: list[str] = field(default_factory=list)


@register
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseErased:
    """What was personal about a case was destroyed; why is in the payload."""

    TYPE: ClassVar[str] = "tongban.casework.case_erased"
    fields: int
    """How many values the case held."""
    files: int
    instances: int
    """Process instances whose variables went."""
