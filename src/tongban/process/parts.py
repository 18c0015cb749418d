"""The parts of a process graph: activities, events, gateways, and the flows between them.

Values without any knowledge of the graph they lie in; `tongban.process.graph` puts them together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.process.expressions import Expression


class Kind(StrEnum):
    """What a node does with a token."""

    START = "start"
    END = "end"
    THROW = "throw"
    CATCH = "catch"
    BOUNDARY = "boundary"
    TASK = "task"
    SUB = "sub"
    CALL = "call"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    COMPLEX = "complex"
    EVENT_BASED = "event_based"

    __hash__ = str.__hash__  # that of enumerations is slow, and kinds are looked up at every step


ACTIVITIES = frozenset((Kind.TASK, Kind.SUB, Kind.CALL))
GATEWAYS = frozenset((Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.COMPLEX, Kind.EVENT_BASED))


class Trigger(StrEnum):
    """What an event waits for or brings about."""

    MESSAGE = "message"
    TIMER = "timer"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITIONAL = "conditional"
    COMPENSATION = "compensation"
    CANCEL = "cancel"
    TERMINATE = "terminate"
    LINK = "link"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One event definition."""

    trigger: Trigger
    name: str = ""
    """Name of the message, signal or link; code of the error or escalation. Empty: any, or none given."""
    aliases: frozenset[str] = frozenset()
    """Other words for the same: the id of the referenced element, its name."""
    timer: str = ""
    """`date`, `duration` or `cycle`."""
    workdays: bool = False
    """The duration counts working days."""
    value: Expression | None = None
    """When the timer is due, or the condition."""
    key: Expression | None = None
    """What a message must carry as its key."""
    activity: str = ""
    """The one activity that is compensated; empty for all of the scope."""
    everything: bool = False
    """What terminates ends the whole instance, not only its scope, as one vendor's models may ask."""
    waits: bool = True
    """What throws a compensation goes on only when everything is undone."""

    def answers_to(self, name: str) -> bool:
        """Whether something of that name is meant."""
        return name == self.name or name in self.aliases


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How often an activity is done."""

    sequential: bool = False
    cardinality: Expression | None = None
    collection: Expression | None = None
    item: str = ""
    """Variable that holds the member of the collection."""
    output: str = ""
    """Variable that gathers what the instances give."""
    output_item: Expression | None = None
    until: Expression | None = None
    """Multi-instance: the rest is dropped once this is true."""
    standard: bool = False
    """A standard loop: `condition`, `test_before` and `maximum` hold, the rest does not."""
    condition: Expression | None = None
    test_before: bool = False
    maximum: Expression | None = None
    first: int = 1
    """What `loopCounter` counts from: 1 in BPMN, 0 at some vendors."""
    tells: tuple[tuple[Expression | None, Definition], ...] = ()
    """What is thrown as an instance ends, and when (OMG BPMN 2.0.2, 13.3.7, `behavior`)."""
    tells_once: bool = False
    """Only the first instance that ends throws."""

    @property
    def result(self) -> str:
        """The variable that each instance has for itself and gives; empty when it computes what it gives."""
        feel = self.output_item.feel if self.output and self.output_item is not None else None
        return feel if feel is not None and feel.isidentifier() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One activity, event or gateway."""

    id: str
    kind: Kind
    what: str
    """The name of its element, such as `userTask`."""
    scope: str
    name: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str = ""
    definitions: tuple[Definition, ...] = ()
    all_needed: bool = False
    """A parallel multiple event: every definition has to happen."""
    interrupting: bool = True
    """Start of an event sub-process, or boundary event."""
    attached_to: str = ""
    boundaries: tuple[str, ...] = ()
    handler: str = ""
    """The activity that undoes this one, for an activity; for a compensation boundary, the same."""
    undo_event: str = ""
    """The compensation boundary event of an activity."""
    for_compensation: bool = False
    loop: Loop | None = None
    script: Expression | None = None
    result: str = ""
    """Variable that takes the script's result."""
    message: Definition | None = None
    """What a receive task waits for, or a send task sends."""
    calls: str = ""
    """The process that a call activity starts."""
    calls_by: Expression | None = None
    """Which process that is, when the data say it."""
    inputs: tuple[tuple[str, Expression], ...] = ()
    outputs: tuple[tuple[str, Expression], ...] = ()
    share_in: bool = True
    """A call activity hands over all variables."""
    share_out: bool = True
    """What is set inside is seen outside; otherwise only `outputs` are."""
    on_event: bool = False
    """An event sub-process."""
    transaction: bool = False
    adhoc: bool = False
    one_by_one: bool = False
    """An ad-hoc sub-process that does its activities one after the other."""
    enough: Expression | None = None
    """Completion condition of an ad-hoc sub-process, activation condition of a complex gateway."""
    cancel_rest: bool = True
    """Ad-hoc: what still runs when it is enough is dropped."""
    needed: int = 1
    """Tokens that start the activity."""
    given: int = 1
    """Tokens that leave it."""
    instantiate: bool = False
    skip: Expression | None = None
    """When true as the activity begins, it is completed without being done."""
    risk: Expression | None = None
    """When false as a joint review begins, nobody is asked; an unknown risk is not assumed away."""
    risk_given: Expression | None = None
    """A context: input of the decision of a joint review → where its value comes from."""
    decision: str = ""
    """Code of the decision model that a business rule task asks."""
    decision_name: str = ""
    """Which decision of that model; empty when it has one."""
    ours: Mapping[str, str] = field(default_factory=dict)
    """Attributes in our own namespace, by local name: `item`, `department`, `role`, `joint`, …"""

    @property
    def asks_risk(self) -> str:
        """Code of the decision model that says whether a joint review is needed; empty: none does."""
        return self.ours.get("joint-decision", "")

    @property
    def happenings(self) -> tuple[Definition, ...]:
        """What an event waits for or throws, and the message of a task that sends or receives one."""
        return (*self.definitions, *((self.message,) if self.message else ()))

    @property
    def messages(self) -> tuple[str, ...]:
        """Every name of the messages among them."""
        found = [each for each in self.happenings if each.trigger is Trigger.MESSAGE]
        return tuple(name for each in found for name in (each.name, *sorted(each.aliases - {each.name})))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One sequence flow."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None
