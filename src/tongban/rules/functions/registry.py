"""How a built-in function is declared, called and looked up.

A declaration names its parameters with their types, as designers know them; the dispatcher checks the
arguments, so that a function's own code sees only values it can work with::

    @builtin("contains", "string: string", "match: string")
    def _contains(run, string, match): ...

`?` after a type allows null and leaving out; `*` takes one list or any number of items.
"""

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from tongban.rules.errors import Fault
from tongban.rules.run import Run
from tongban.rules.sentences import either, said, typed
from tongban.rules.values import TYPES, kind
from tongban.rules.values import Callable as FeelFunction

Handler = Callable[..., Any]
_SIZED = frozenset((list, dict, str))
_WALK = 64
"""Items that are walked over for the price of one part of a tree."""
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: its name, the types it takes, whether it may be null or left out, whether it repeats."""

    name: str
    kinds: frozenset[str]
    optional: bool
    many: bool
    types: frozenset[type]
    """The Python types of `kinds`."""

    def accept(self, value: Any) -> Any:
        """`value`, turned into or out of a list of one where that makes it fit.

        Raises: Fault when it does not fit.
        """
        if type(value) in self.types or "any" in self.kinds:
            return value
        found = kind(value)
        if found in self.kinds:
            return value
        if value is None:
            if self.optional:
                return None
            raise Fault("argument", said("argument.null", name=self.name))
        if found == "list" and len(value) == 1 and kind(value[0]) in self.kinds:
            return value[0]
        if "list" in self.kinds:
            return [value]
        wanted = either([typed(one) for one in sorted(self.kinds)])
        raise Fault(
            "argument",
            said("argument.kind", name=self.name, found=said("a_kind", kind=typed(found)), wanted=wanted),
        )


@dataclass(frozen=True, slots=True)
class Form:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    handler: Handler

    @property
    def least(self) -> int:
        """The fewest arguments."""
        return sum(not parameter.optional for parameter in self.parameters)

    def fits(self, count: int, names: tuple[str, ...]) -> bool:
        """Whether so many arguments, or arguments of these names, may be given."""
        if names:
            known = {parameter.name for parameter in self.parameters}
            needed = {parameter.name for parameter in self.parameters if not parameter.optional}
            return needed <= set(names) <= known and len(set(names)) == len(names)
        if any(parameter.many for parameter in self.parameters):
            return count >= self.least
        return self.least <= count <= len(self.parameters)

    @property
    def walks(self) -> bool:
        """Whether it takes nothing but one list, or its items."""
        return len(self.parameters) == 1 and self.parameters[0].many

    def usage(self) -> str:
        """The parameters as designers write them."""
        return ", ".join(
            parameter.name + ("…" if parameter.many else "?" if parameter.optional else "")
            for parameter in self.parameters
        )


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the language with all its forms."""

    name: str
    forms: tuple[Form, ...]

    def refuses(self, count: int, names: tuple[str, ...]) -> str:
        """Why no form takes such arguments; empty when one does."""
        if any(form.fits(count, names) for form in self.forms):
            return ""
        if names:
            return said("arguments.named", function=self.name, names=", ".join(names))
        return said("arguments.count", function=self.name, number=count)

    def usage(self) -> str:
        """How the function is called."""
        return said("usage", ways=either([f"`{self.name}({form.usage()})`" for form in self.forms]))

    def value(self) -> FeelFunction:
        """The function as a value, to be handed to another."""

        def call(run: Run, *values: Any, names: tuple[str, ...] = ()) -> Any:
            problem = self.refuses(len(values), names)
            if problem:
                run.remark("call", problem, 0)
                return None
            return self.invoke(list(values), names, run, 0)

        return FeelFunction(tuple(one.name for one in self.forms[0].parameters), call, loose=True)

    def fitting(self, count: int, names: tuple[str, ...]) -> tuple[Form, ...]:
        """The forms that take so many arguments, or arguments of these names."""
        return tuple(form for form in self.forms if form.fits(count, names))

    def invoke(
        self,
        values: list[Any],
        names: tuple[str, ...],
        run: Run,
        at: int,
        *,
        forms: tuple[Form, ...] | None = None,
    ) -> Any:
        """The function's value; null and a remark when an argument does not fit.

        `forms`: what `fitting` gives, when it is known beforehand.
        """
        fault: Fault | None = None
        for form in self.fitting(len(values), names) if forms is None else forms:
            try:
                return self._apply(form, values, names, run)
            except Fault as caught:
                fault = fault or caught
        if fault:
            run.remark(fault.code, said("within", function=self.name, detail=fault.detail), at)
        return None

    def over(self, items: list[Any], handler: Handler, run: Run, at: int) -> Any:
        """The value of a form that takes nothing but one list, as `invoke` finds it."""
        if len(items) >= _WALK:
            run.spend(len(items) // _WALK)
        try:
            return handler(run, items)
        except Fault as fault:
            run.remark(fault.code, said("within", function=self.name, detail=fault.detail), at)
            return None

    @staticmethod
    def _apply(form: Form, values: list[Any], names: tuple[str, ...], run: Run) -> Any:
        parameters = form.parameters
        if names:
            given = dict(zip(names, values, strict=True))
            values = [given.get(parameter.name) for parameter in parameters]
        elif parameters and parameters[-1].many:
            fixed = len(parameters) - 1
            rest = values[fixed:]
            alone = fixed == 0 and len(rest) == 1 and type(rest[0]) is list
            # f(list) and f(a, b, c) mean the same (table 75); f([1, 2]) and not f([[1, 2]]).
            values = [*values[:fixed], rest[0] if alone else rest]
        accepted = [
            value if type(value) in parameter.types else parameter.accept(value)
            for parameter, value in zip(parameters, values, strict=False)
        ]
        for value in accepted:
            if type(value) in _SIZED and len(value) >= _WALK:
                run.spend(len(value) // _WALK)  # what even the cheapest walk over it costs
        return form.handler(run, *accepted)


BUILTINS: dict[str, Builtin] = {}
"""All functions by name."""


def builtin(name: str, *parameters: str) -> Callable[[H], H]:
    """Declare a form of the function `name`; see the module's docstring for `parameters`."""

    def declare(handler: H) -> H:
        form = Form(tuple(_parameter(text) for text in parameters), handler)
        known = BUILTINS.get(name)
        BUILTINS[name] = Builtin(name, (*(known.forms if known else ()), form))
        return handler

    return declare


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(":")
    kinds = kinds.strip()
    optional, many = kinds.endswith("?"), kinds.endswith("*")
    wanted = frozenset(part.strip() for part in kinds.rstrip("?*").split("|"))
    if many:
        wanted = frozenset(("list",))
    types = frozenset(each for one in wanted for each in TYPES.get(one, ()))
    return Parameter(name=name.strip(), kinds=wanted, optional=optional, many=many, types=types)


def nearest(name: str, names: Iterable[str]) -> str:
    """The known name that is most like `name`; empty when none is."""
    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=0.7)), "")
