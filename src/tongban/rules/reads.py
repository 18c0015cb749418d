"""Which names of the context an expression reads."""

from collections.abc import Iterator, Mapping

from tongban.rules import tree
from tongban.rules.compiler import CLOCK
from tongban.rules.functions import BUILTINS
from tongban.rules.temporal import PARTS

_NO_FILTERS = ""
"""In the set of bound names: the conditions of filters are not looked at. No name is empty."""


def free_names(node: tree.Node, *, filters: bool = True) -> frozenset[str]:
    """Dotted names that `node` reads from the context, such as `mother.birth_date`.

    A part of a date (`.year`) belongs to the expression and not to the name once two words stand before it.
    In a filter, a name may be a member of the item or a name of the context, so it counts as read, unless
    `filters` is false. What a loop or a filter reads of the members of a named list (`some one in staff
    satisfies one.age < 18`) is read of the list: `staff`, and `staff.age`.

    The set is sound: a change of the context at an address changes the result only if the address is in the
    set, or one of them is the beginning of the other.
    """
    return frozenset(_walk(node, {} if filters else {_NO_FILTERS: ""}))


Bound = Mapping[str, str]
"""Names that a form around binds → the name of the list whose members they are; empty for anything else."""


def _walk(node: object, bound: Bound) -> Iterator[str]:  # noqa: C901, PLR0912 - one branch per binder
    match node:
        case tree.Name(name):
            if name not in bound:
                yield name
        case tree.Path():
            yield from _path(node, bound)
        case tree.Call(tree.Name(name), arguments) if name in BUILTINS and name not in bound:
            yield from _walk(arguments, bound)
        case tree.Call(tree.Name(name), ()) if name in CLOCK and name not in bound:
            yield name
        case tree.In(value, tests):
            yield from _walk(value, bound)
            yield from _walk(tests, {**bound, "?": ""})
        case tree.Test(_, operand):
            yield from _walk(operand, {**bound, "?": ""})
        case tree.Filter(source, condition):
            yield from _walk(source, bound)
            if _NO_FILTERS not in bound:
                yield from _walk(condition, {**bound, "item": _list(source, bound)})
        case tree.Context(entries):
            for key, value in entries:
                yield from _walk(value, bound)
                bound = {**bound, key: ""}
        case tree.For(loops, body):
            yield from _loops(loops, body, {**bound, "partial": ""})
        case tree.Quantified(_, loops, body):
            yield from _loops(loops, body, bound)
        case tree.Function(parameters, body):
            yield from _walk(body, {**bound, **dict.fromkeys((name for name, _ in parameters), "")})
        case tree.Node():
            for part in node.__slots__:
                yield from _walk(getattr(node, part), bound)
        case tuple():
            for part in node:
                yield from _walk(part, bound)


def _loops(loops: tuple[tree.Loop, ...], body: tree.Node, bound: Bound) -> Iterator[str]:
    for loop in loops:
        yield from _walk(loop.source, bound)
        if loop.end is not None:
            yield from _walk(loop.end, bound)
        bound = {**bound, loop.name: _list(loop.source, bound) if loop.end is None else ""}
    yield from _walk(body, bound)


def _list(source: tree.Node, bound: Bound) -> str:
    """The dotted name of a list that is looped over or filtered; empty for any other."""
    while isinstance(source, tree.Filter):
        source = source.source
    words: list[str] = []
    while isinstance(source, tree.Path):
        words.append(source.name)
        source = source.source
    if not isinstance(source, tree.Name):
        return ""
    first = bound.get(source.name, source.name)
    return ".".join([first, *reversed(words)]) if first else ""


def _path(node: tree.Path, bound: Bound) -> Iterator[str]:
    words: list[str] = []
    source: tree.Node = node
    while isinstance(source, tree.Path):
        words.append(source.name)
        source = source.source
    if not isinstance(source, tree.Name):
        yield from _walk(source, bound)
        return
    first = bound.get(source.name, source.name)
    if not first:
        return
    words = [*first.split("."), *reversed(words)]
    if len(words) > 2 and words[-1] in PARTS:  # noqa: PLR2004 - role.element is a whole address
        words.pop()
    yield ".".join(words)
