"""What is known around a boxed expression while it is compiled, and the run that messages point into."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tongban.rules import tree
from tongban.rules.compiler import CLOCK, Step, Surroundings, build
from tongban.rules.dmn import model
from tongban.rules.dmn.cells import Cells
from tongban.rules.dmn.types import ANY, Basic, Listed, Structure, Typed, base_of, coerce
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.functions import BUILTINS, nearest
from tongban.rules.limits import LIMITS, Limits
from tongban.rules.operators import described
from tongban.rules.parser import parse, parse_tests
from tongban.rules.reads import free_names
from tongban.rules.run import Run, Scope
from tongban.rules.sentences import joined, mean, said, typed

FEEL = "feel"
MESSAGES = 100
"""Messages of one evaluation; enough to understand, however much goes wrong."""


@dataclass(frozen=True, slots=True)
class Message:
    """Why a part of a decision has no value. Names elements, types and functions, never values."""

    element: str
    severity: Literal["error", "warning"]
    message: str

    def to_json(self) -> dict[str, str]:
        """As `tongban decision run --json` prints it."""
        return {"element": self.element, "severity": self.severity, "message": self.message}


class ModelRun(Run):
    """One evaluation of a model: one budget for all its decisions, messages by element."""

    __slots__ = ("element", "messages")

    def __init__(self, context: Mapping[str, Any], limits: Limits = LIMITS) -> None:
        super().__init__(context, limits, None)
        self.element = ""
        self.messages: list[Message] = []

    def remark(self, code: str, detail: str, at: int) -> None:
        """A part became null, which a model may well intend."""
        del code, at
        self.tell(self.element, "warning", detail)

    def fault(self, element: str, detail: str) -> None:
        """Something is wrong with the model or its input."""
        self.tell(element or self.element, "error", detail)

    def tell(self, element: str, severity: Literal["error", "warning"], detail: str) -> None:
        """Keep a message, once."""
        message = Message(element, severity, detail)
        if len(self.messages) < MESSAGES and message not in self.messages[-8:]:
            self.messages.append(message)


def fault(scope: Scope, element: str, detail: str) -> None:
    """Tell a fault to the run of `scope`."""
    run = scope.run
    if isinstance(run, ModelRun):
        run.fault(element, detail)
    else:
        run.remark("model", detail, 0)


@dataclass(frozen=True, slots=True)
class Examined:
    """A decision table as its checks see it: each column with its type and the set of each cell."""

    table: model.Table
    element: str
    line: int
    kinds: tuple[Typed, ...]
    allowed: tuple[Cells | None, ...]
    """The values an input may have, where the column says so."""
    cells: tuple[tuple[Cells | None, ...], ...]
    """By column, then by rule; none where a cell is no set of constants."""
    results: tuple[Any, ...]
    """By rule: what it gives, none when that is no constant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Names and types around an expression, and where to report what is wrong with it."""

    element: str
    findings: list[model.Finding]
    types: Mapping[str, Typed]
    local: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    """Names of components, which may hold spaces or signs."""
    line: int = 0
    language: str = ""
    dynamic: bool = False
    """Inside a filter, where an item may bind any name."""
    declared: frozenset[str] = frozenset()
    """Names of all elements of the model."""
    kinds: Mapping[str, Typed] = field(default_factory=dict)
    """Types of names, where they are known: for checks only."""
    reads: set[str] = field(default_factory=set)
    """Collects the names that are read."""
    tables: list["Examined"] = field(default_factory=list)
    """Collects the decision tables."""

    def binding(self, *names: str, dynamic: bool = False) -> "Frame":
        """The frame inside a form that binds `names`."""
        kinds = {name: kind for name, kind in self.kinds.items() if name not in names}
        return replace(self, local=self.local.union(names), dynamic=self.dynamic or dynamic, kinds=kinds)

    def typing(self, kinds: Mapping[str, Typed]) -> "Frame":
        """The frame with types of names."""
        return replace(self, kinds={**self.kinds, **kinds})

    def at(self, part: model.Part) -> "Frame":
        """The same frame, with messages that point at `part`."""
        return replace(self, element=part.element, line=part.line or self.line)

    def report(self, severity: Literal["error", "warning", "info"], message: str) -> None:
        """Note something about the element at hand."""
        self.findings.append(model.Finding(self.element, severity, message, self.line))

    def broken(self, message: str) -> Step:
        """Report an error; the part is null, and says why whenever it is evaluated."""
        self.report("error", message)
        element = self.element

        def nothing(scope: Scope) -> None:
            fault(scope, element, message)

        return nothing

    def parse(self, text: str, *, tests: bool = False) -> tree.Node:
        """The tree of FEEL text. Raises: FeelSyntaxError."""
        names = self.local | self.phrases
        return parse_tests(text, names=names) if tests else parse(text, names=names)

    def build(self, node: tree.Node, text: str) -> Step:
        """The closure of a tree. Raises: FeelSyntaxError."""
        around = Surroundings(
            text=text,
            known=frozenset(),
            local=self.local,
            types=self.types,
            dynamic=self.dynamic,
            functions=True,
        )
        return build(node, around)

    def feel(self, text: str, *, tests: bool = False) -> tuple[Step, tree.Node | None]:
        """The closure of FEEL text and its tree; of broken text, one that says why it is null."""
        frame = self.binding("?") if tests else self
        try:
            node = frame.parse(text, tests=tests)
            step = frame.build(node, text)
        except FeelSyntaxError as error:
            return self.broken(joined(error.detail, error.hint)), None
        self._check_names(node, frame.local)
        return step, node

    def _check_names(self, node: tree.Node, local: frozenset[str]) -> None:
        reads = free_names(node) - {"?"}
        self.reads.update(_known_part(read, local) for read in reads)
        if self.dynamic or not reads:
            return
        # Inside a filter a name may be a member of the item, so nothing can be said about it.
        reads = free_names(node, filters=False)
        self._check_paths(reads, local)
        for name in sorted({_known_part(read, local) for read in reads}):
            if name in local or name in CLOCK or name in BUILTINS:
                continue
            if name in self.declared:
                self.report("warning", said("not_required", name=name))
                continue
            self.report("warning", joined(said("no_element", name=name), mean(nearest(name, local))))

    def _check_paths(self, reads: frozenset[str], local: frozenset[str]) -> None:
        """A path through a type that lacks the component is always null."""
        for read in sorted(reads):
            root = _known_part(read, local)
            kind = base_of(self.kinds.get(root, ANY))
            for name in read[len(root) + 1 :].split(".") if len(read) > len(root) else ():
                kind = base_of(kind.item) if isinstance(kind, Listed) else kind
                if not isinstance(kind, Structure) or not kind.components:
                    break
                if name not in kind.components:
                    near = nearest(name, kind.components)
                    lacks = said("no_component", root=root, name=name, kind=kind.name)
                    self.report("warning", joined(lacks, mean(near)))
                    break
                kind = base_of(kind.components[name])

    def type(self, name: str) -> Typed:
        """The type of that name; an unknown one is reported and taken as any."""
        if not name.strip():
            return ANY
        found = find_type(name, self.types)
        if found is None:
            near = nearest(plain_name(name), self.types)
            self.report("error", joined(said("unknown_type", name=name), mean(near)))
            return ANY
        return found

    def typed(self, step: Step, name: str, what: str) -> Step:
        """`step` with its result made to fit the type `name`."""
        kind = self.type(name)
        if kind is ANY:
            return step
        element = self.element
        # A type may still be read when this is compiled; a basic one is what it is.
        exact = kind.exact if isinstance(kind, Basic) else None

        def fitting(scope: Scope) -> Any:
            value = step(scope)
            if value is None or type(value) is exact:
                return value
            made, fits = coerce(value, kind, scope.run)
            if not fits:
                fault(scope, element, unfit(what, value, kind))
            return made

        return fitting


def unfit(what: str, value: Any, kind: Typed) -> str:
    """That a value, told by its type, is of another type than it must be."""
    return said("no_fit", what=what, kind=described(value), wanted=typed(kind.name))


def _known_part(read: str, local: frozenset[str]) -> str:
    """The name at the beginning of a path: the longest that is known, since a name may hold dots itself."""
    words = read.split(".")
    for length in range(len(words), 1, -1):
        name = ".".join(words[:length])
        if name in local:
            return name
    return words[0]


def plain_name(name: str) -> str:
    """A type's name without the prefix of its namespace: `feel:string`, `ns1:tLoan`."""
    return " ".join(name.rpartition(":")[2].split())


def find_type(name: str, types: Mapping[str, Typed]) -> Typed | None:
    """A type as models name it."""
    from tongban.rules.dmn.types import basic

    whole = " ".join(name.split())
    own = types.get(whole) or types.get(plain_name(name))
    return own or basic(plain_name(name))


Compile = Callable[[model.Expression | None, Frame], Step]
