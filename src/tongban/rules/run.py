"""One evaluation: what it may still spend, what it remarks, and the names it sees."""

from collections.abc import Mapping
from typing import Any

from tongban.rules.errors import Exhausted, Remark
from tongban.rules.limits import Limits


class Run:
    """The state of one evaluation of one expression."""

    __slots__ = ("calls", "context", "limits", "steps", "trace")

    def __init__(self, context: Mapping[str, Any], limits: Limits, trace: list[Remark] | None) -> None:
        self.context = context
        self.limits = limits
        self.steps = limits.steps
        self.calls = limits.calls
        self.trace = trace

    def spend(self, steps: int) -> None:
        """Pay for `steps` parts of the tree, or end the evaluation."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted(f"More than {self.limits.steps} steps.")

    def sized(self, items: list[Any]) -> list[Any]:
        """A list that was made, if it is not too long; it is paid for."""
        if len(items) > self.limits.items:
            raise Exhausted(f"A list of more than {self.limits.items} items.")
        self.spend(len(items))
        return items

    def measured(self, text: str) -> str:
        """A string that was made, if it is not too long."""
        if len(text) > self.limits.text:
            raise Exhausted(f"A string of more than {self.limits.text} characters.")
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
        return self.run.context.get(name)
