"""A decision model as it is written (OMG DMN 1.5, 6 to 8 and 10.2): frozen values, nothing resolved yet.

`element` everywhere is what messages call a part: its id, or the nearest name when it has none.
"""

from dataclasses import dataclass, field
from typing import Literal

HitPolicy = Literal["UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"]
Aggregation = Literal["SUM", "COUNT", "MIN", "MAX"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Anything of a model that a message can point at."""

    element: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable(Part):
    """A name with its type, as written; an empty type is any."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition(Part):
    """A type of the model, or a component of one."""

    name: str
    type: str = ""
    collection: bool = False
    components: tuple["ItemDefinition", ...] = ()
    allowed: str = ""
    """Unary tests that each value (of a collection: each member) meets."""
    constraint: str = ""
    """Unary tests that the value as a whole meets (DMN 1.5)."""
    function: tuple[tuple[Variable, ...], str] | None = None
    """Parameters and result type, when the type is one of functions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression(Part):
    """Root of the boxed expressions."""

    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal_(Expression):  # noqa: N801 - `Literal` is typing's
    """FEEL text."""

    text: str
    language: str = ""
    """URI of the expression language; empty is the model's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Expression):
    """Entries in order; an entry without variable is the result."""

    entries: tuple[tuple[Variable | None, Expression | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(Expression):
    """A list, one expression per item."""

    items: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Expression):
    """A list of contexts: columns and rows."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Expression | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Expression):
    """A function and what its parameters are bound to."""

    function: Expression | None
    bindings: tuple[tuple[Variable, Expression | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Expression):
    """A function definition; only kind FEEL can be run here."""

    parameters: tuple[Variable, ...]
    body: Expression | None
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Expression):
    """If, then, else."""

    condition: Expression | None
    yes: Expression | None
    no: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Expression):
    """The items of a list that match."""

    source: Expression | None
    match: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Iterator(Expression):
    """`for`, `some` or `every` over a list."""

    kind: Literal["for", "some", "every"]
    variable: str
    source: Expression | None
    body: Expression | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Part):
    """One input column: the expression that is tested, and the values it may have."""

    label: str
    expression: str
    type: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Part):
    """One output column. `values` in order of priority, highest first; `default` when no rule holds."""

    name: str
    type: str = ""
    values: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Part):
    """One rule: a test per input, a formula per output, a note per annotation column."""

    tests: tuple[str, ...]
    results: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Expression):
    """A decision table."""

    hit: HitPolicy = "UNIQUE"
    aggregation: Aggregation | None = None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData(Part):
    """A value that comes from outside."""

    id: str
    variable: Variable
    title: str = ""
    """The name of the element, should its variable have another."""

    @property
    def name(self) -> str:
        """Its name in expressions."""
        return self.variable.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(InputData):
    """A decision: its logic and the elements it needs, by href (`#id` or `namespace#id`)."""

    logic: Expression | None = None
    information: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    question: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge(InputData):
    """A business knowledge model: a function under a name."""

    logic: Function | None = None
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(InputData):
    """A decision service: decisions offered as a function."""

    outputs: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Part):
    """Another model whose elements are known here under a name."""

    name: str
    namespace: str
    location: str = ""
    is_model: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions(Part):
    """A whole model."""

    name: str
    namespace: str
    version: str
    """Of the standard, such as `1.5`."""
    language: str = ""
    imports: tuple[Import, ...] = ()
    types: tuple[ItemDefinition, ...] = ()
    elements: tuple[InputData, ...] = ()
    problems: tuple["Finding", ...] = field(default=())
    """What was found wrong while reading, though the rest could be read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or worth knowing about a part of a model."""

    element: str
    severity: Literal["error", "warning", "info"]
    message: str
    line: int = 0
    code: str = field(default="", compare=False)
    """What sort of finding about a table it is, for those who say it in another language: ``gap``,
    ``overlap``, ``never``, ``unreached``, ``test_type``, ``no_rules``, ``unlisted``; empty for the rest."""
    rules: tuple[int, ...] = field(default=(), compare=False)
    """The rules it speaks of, from 1."""
    where: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Column and test: the values it speaks of; empty for any."""

    def to_json(self) -> dict[str, str | int]:
        """As `tongban decision check --json` prints it."""
        made: dict[str, str | int] = {
            "element": self.element,
            "severity": self.severity,
            "message": self.message,
        }
        return made | {"line": self.line} if self.line else made
