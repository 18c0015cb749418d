"""The built-in functions of FEEL (OMG DMN 1.5, 10.3.4), one module per kind of value.

They read nothing but their arguments. `now()` and `today()` therefore do not exist by themselves: what day
it is comes with the context, as a name like any other.
"""

from tongban.rules.functions import contexts, dates, lists, numbers, ranges, strings
from tongban.rules.functions.registry import BUILTINS, Builtin, nearest

__all__ = ["BUILTINS", "Builtin", "contexts", "dates", "lists", "nearest", "numbers", "ranges", "strings"]
