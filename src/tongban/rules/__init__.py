"""Rules: conditions and formulas in FEEL, the expression language of OMG DMN, one language for all of them.

====================  =================================================================================
module                what it holds
====================  =================================================================================
`expression`          `compile` → `Expression`: `evaluate`, `names`, `text`
`scope`               `context`: values of an application as nested contexts; `truth` of a result
`errors`              `FeelSyntaxError` with line, column, hint; `Remark`, why a part became null
`limits`              bounds on length, nesting, steps, lists: a hostile expression is refused quickly
`tokens`, `parser`    text → `tree`, frozen values, with `parts`; `printer` turns a tree into text again
`compiler`            `tree` → closures; `run` is one evaluation, `operators` and `values` what it does
`functions`           the built-in functions; `pattern` their regular expressions, in linear time
`dmn`                 decision models: reading, checking and evaluating DMN, in FEEL
`temporal`            dates, times, durations
`reads`               which names an expression reads
====================  =================================================================================

    >>> import tongban.rules as rules
    >>> rule = rules.compile('mother.ethnic_group != father.ethnic_group')
    >>> sorted(rule.names)
    ['father.ethnic_group', 'mother.ethnic_group']
    >>> rule.evaluate({"mother": {"ethnic_group": "01"}, "father": {"ethnic_group": "15"}})
    True

The room is pure: no Django, no files, no clock (today's date comes with the context, as a name). It raises
`FeelSyntaxError` when an expression is compiled, never when it is evaluated. It writes no events.
"""

from tongban.rules.errors import FeelSyntaxError, Remark
from tongban.rules.expression import Expression, compile, compile_tests, reads  # noqa: A004 - rules.compile
from tongban.rules.scope import context, truth
from tongban.rules.values import Months, Range

__all__ = [
    "Expression",
    "FeelSyntaxError",
    "Months",
    "Range",
    "Remark",
    "compile",
    "compile_tests",
    "context",
    "reads",
    "truth",
]
