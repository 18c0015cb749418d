"""One evaluation: what it may still spend, what it remarks, and the names it sees."""

from collections.abc import Mapping
from typing import Any

from tongban.rules.errors import Exhausted, Remark
from tongban.rules.limits import Limits
from tongban.rules.sentences import said
from tongban.rules.values import take


class Run:
    """The state of one evaluation of one expression."""

    __slots__ = ("adopted", "calls", "context", "limits", "steps", "trace")

    def __init__(self, context: Mapping[str, Any], limits: Limits, trace: list[Remark] | None) -> None:
        self.context = context
        self.limits = limits
        self.steps = limits.steps
        self.calls = limits.calls
        self.trace = trace
        self.adopted: dict[int, tuple[Any, list[Any]]] | None = None

    def take(self, value: Any) -> Any:
        """A value of a context as a FEEL value; a list is walked once in a run, however often it is read."""
        if type(value) is not list:
            return take(value)
        adopted = self.adopted
        if adopted is None:
            adopted = self.adopted = {}
        known = adopted.get(id(value))
        if known is not None and len(known[1]) == len(value):  # `partial` grows while its loop runs
            return known[1]
        made: list[Any] = take(value)
        self.spend(len(made) // 16)
        # The original is kept as well, so that its identity stays its own.
        adopted[id(value)] = (value, made)
        adopted[id(made)] = (made, made)
        return made

    def spend(self, steps: int) -> None:
        """Pay for `steps` parts of the tree, or end the evaluation."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted(said("limit.steps", most=self.limits.steps))

    def visit(self, value: Any) -> None:
        """Pay for walking through a list or context with all that it holds."""
        if type(value) not in (list, dict):
            return
        waiting = [value]
        while waiting:
            inner = waiting.pop()
            self.spend(len(inner))
            held = inner.values() if type(inner) is dict else inner
            waiting.extend(item for item in held if type(item) in (list, dict))

    def sized(self, items: list[Any]) -> list[Any]:
        """A list that was made, if it is not too long; it is paid for."""
        if len(items) > self.limits.items:
            raise Exhausted(said("limit.items", most=self.limits.items))
        self.spend(len(items))
        return items

    def measured(self, text: str) -> str:
        """A string that was made, if it is not too long."""
        if len(text) > self.limits.text:
            raise Exhausted(said("limit.text", most=self.limits.text))
        return text

    def remark(self, code: str, detail: str, at: int) -> None:
        """Tell a designer why a part became null."""
        if self.trace is not None and len(self.trace) < 100:  # noqa: PLR2004 - enough to understand
            self.trace.append(Remark(code, detail, at))


class Scope:
    """Names bound by a loop, a filter, a context or a function; the outermost one binds nothing."""

    __slots__ = ("outer", "run", "values")

    def __init__(self, values: Mapping[str, Any], outer: "Scope | None", run: Run) -> None:
        self.values = values
        self.outer = outer
        self.run = run

    def find(self, name: str) -> Any:
        """The value of a name, nearest first, then from the context of the run; null when nobody knows it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            scope = scope.outer
        return self.run.take(self.run.context.get(name))
