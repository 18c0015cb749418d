"""Syntax tree → Python closures.

Each form becomes a function of a `Scope`. What can be known from the tree alone is decided here once:
constants, where a name comes from, which function is meant, which way a comparison goes. There is no `eval`
and no generated text.
"""

from tongban.rules.compiler import calls, loops, operations, terms
from tongban.rules.compiler.base import CLOCK, Step, Surroundings, build

__all__ = ["CLOCK", "Step", "Surroundings", "build", "calls", "loops", "operations", "terms"]
