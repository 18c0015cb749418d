"""An expression, compiled once and evaluated as often as one likes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tongban.rules import compiler, tree
from tongban.rules.errors import Exhausted, Remark
from tongban.rules.limits import LIMITS
from tongban.rules.parser import parse, parse_tests
from tongban.rules.reads import free_names
from tongban.rules.run import Run, Scope
from tongban.rules.sentences import said


@dataclass(frozen=True, slots=True)
class Expression:
    """One FEEL expression. Two are equal when their trees are."""

    text: str = field(compare=False)
    """As written."""
    tree: tree.Node
    """Its syntax tree."""
    names: frozenset[str] = field(compare=False)
    """Dotted names it reads from the context; see `tongban.rules.reads.free_names`."""
    _step: compiler.Step = field(compare=False, repr=False)

    def evaluate(self, context: Mapping[str, Any], trace: list[Remark] | None = None) -> Any:
        """The value, `None` for null.

        Args:
            context: values by name, nested as paths are (`tongban.rules.context` makes one). It is not
                changed. Plain Python numbers are taken as decimals.
            trace: when a list is given, a `Remark` is added for each part that became null by a fault.

        Nothing is raised for the sake of a value: a name that is missing, a type that does not fit and an
        evaluation that asks for too much are all null.
        """
        run = Run(context, LIMITS, trace)
        try:
            return self._step(Scope({}, None, run))
        except Exhausted as error:
            run.remark("limit", error.args[0], 0)
        except RecursionError:
            run.remark("limit", said("limit.depth"), 0)
        return None


def compile(text: str, *, names: frozenset[str] = frozenset()) -> Expression:  # noqa: A001 - read as rules.compile
    """The expression `text`; the same text gives the same object while it is remembered.

    Args:
        text: FEEL.
        names: names of the context that cannot be told from their spelling (`loan-to-value`, `Rate 2`), or
            that are functions.

    Raises: FeelSyntaxError with line, column and hint.
    """
    return _compile(text, names, tests=False)


def compile_tests(text: str, *, names: frozenset[str] = frozenset()) -> Expression:
    """A cell of a decision table (`< 5, > 10`, `not("a")`, `-`); the value under test is the name `?`.

    Raises: FeelSyntaxError with line, column and hint.
    """
    return _compile(text, names, tests=True)


@lru_cache(maxsize=4096)
def _compile(text: str, names: frozenset[str], *, tests: bool) -> Expression:
    root = parse_tests(text, names=names) if tests else parse(text, names=names)
    step = compiler.build(root, compiler.Surroundings(text=text, known=names))
    return Expression(text, root, free_names(root), step)


def reads(expression: Expression | str) -> frozenset[str]:
    """The names an expression reads from the context."""
    return compile(expression).names if isinstance(expression, str) else expression.names
