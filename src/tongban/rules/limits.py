"""How much one expression may ask of the machine.

Expressions are written by designers and may come from another region's catalogue, so they are treated as
input from outside: each bound is generous for a rule that people can read, and small for an attack.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one expression; reaching one is a clear answer, never a slow one."""

    characters: int = 10_000
    """Length of the text of an expression."""
    depth: int = 60
    """Nesting of brackets, operators and `if` within one another."""
    nodes: int = 3_000
    """Parts of the syntax tree."""
    steps: int = 200_000
    """Parts of the tree visited by loops, and list items handled by functions, in one evaluation."""
    items: int = 20_000
    """Length of a list that an evaluation makes."""
    text: int = 200_000
    """Characters of a string that an evaluation makes."""
    calls: int = 12
    """Functions written in FEEL that call one another."""


LIMITS = Limits()
