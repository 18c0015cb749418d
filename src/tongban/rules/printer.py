"""Syntax tree → text that parses to the same tree.

Brackets are written around every operand that is not a single word, literal, list or context: what is
printed may be longer than what was written, but never means something else.
"""

from tongban.rules import tree

_ATOMS = (
    tree.Null, tree.Boolean, tree.Number, tree.Text, tree.At, tree.Name, tree.ListOf, tree.Context,
    tree.Interval, tree.Path, tree.Filter, tree.Call,
)  # fmt: skip
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote(text: str) -> str:
    """A string as a literal."""
    return '"' + "".join(_ESCAPED.get(char, char) for char in text) + '"'


def print_tree(node: tree.Node) -> str:  # noqa: C901, PLR0911, PLR0912 - one way out per form of the language
    """`node` as FEEL."""
    match node:
        case tree.Null():
            return "null"
        case tree.Boolean(value):
            return "true" if value else "false"
        case tree.Number(value):
            return _number(value)
        case tree.Text(value):
            return quote(value)
        case tree.At(text):
            return f"@{quote(text)}"
        case tree.Name(name):
            return name
        case tree.Path(source, name):
            return f"{_operand(source)}.{name}"
        case tree.Negate(operand):
            return f"-{_operand(operand)}"
        case tree.Arithmetic(op, left, right) | tree.Compare(op, left, right):
            return f"{_operand(left)} {op} {_operand(right)}"
        case tree.Between(value, low, high):
            return f"{_operand(value)} between {_operand(low)} and {_operand(high)}"
        case tree.Test(op, operand):
            return f"{op} {_operand(operand)}"
        case tree.In(value, tests):
            return f"{_operand(value)} in ({', '.join(map(_test, tests))})"
        case tree.And(parts):
            return " and ".join(map(_operand, parts))
        case tree.Or(parts):
            return " or ".join(map(_operand, parts))
        case tree.If(condition, yes, no):
            return f"if {print_tree(condition)} then {print_tree(yes)} else {print_tree(no)}"
        case tree.Interval():
            return _interval(node)
        case tree.ListOf(items):
            return f"[{', '.join(map(print_tree, items))}]"
        case tree.Context(entries):
            return "{" + ", ".join(f"{quote(key)}: {print_tree(value)}" for key, value in entries) + "}"
        case tree.For(loops, body):
            return f"for {_loops(loops)} return {print_tree(body)}"
        case tree.Quantified(every, loops, body):
            return f"{'every' if every else 'some'} {_loops(loops)} satisfies {print_tree(body)}"
        case tree.Filter(source, condition):
            return f"{_operand(source)}[{print_tree(condition)}]"
        case tree.Call(function, arguments, names):
            named = [f"{name}: " for name in names] or [""] * len(arguments)
            given = (name + print_tree(value) for name, value in zip(named, arguments, strict=True))
            return f"{_operand(function)}({', '.join(given)})"
        case tree.InstanceOf(value, wanted):
            return f"{_operand(value)} instance of {print_type(wanted)}"
        case tree.Function(parameters, body):
            typed = (name + (f": {print_type(of)}" if of else "") for name, of in parameters)
            return f"function({', '.join(typed)}) {print_tree(body)}"
    raise AssertionError(node)


def print_type(node: tree.Type) -> str:
    """A type as FEEL."""
    inner = [print_type(parameter) for parameter in node.parameters]
    if node.keys:
        inner = [f"{key}: {text}" for key, text in zip(node.keys, inner, strict=True)]
    text = node.name + (f"<{', '.join(inner)}>" if inner or node.result else "")
    return f"{text} -> {print_type(node.result)}" if node.result else text


def _operand(node: tree.Node) -> str:
    text = print_tree(node)
    return text if isinstance(node, _ATOMS) else f"({text})"


def _test(node: tree.Node) -> str:
    return print_tree(node) if isinstance(node, (tree.Test, *_ATOMS)) else f"({print_tree(node)})"


def _number(value: object) -> str:
    return str(value).replace("E", "e")


def _interval(node: tree.Interval) -> str:
    match node:
        case tree.Interval(None, tree.Node() as high, _, included):
            return f"({'<=' if included else '<'} {_operand(high)})"
        case tree.Interval(tree.Node() as low, None, included, _):
            return f"({'>=' if included else '>'} {_operand(low)})"
        case tree.Interval(tree.Node() as low, tree.Node() as high, low_included, high_included):
            opening, closing = "[" if low_included else "(", "]" if high_included else ")"
            return f"{opening}{_operand(low)}..{_high_end(high)}{closing}"
    raise AssertionError(node)


def _high_end(node: tree.Node) -> str:
    """The end of a range, where `[` would close the range: `[1..a[1]]` needs brackets around `a[1]`."""
    text = print_tree(node)
    return text if isinstance(node, (tree.Number, tree.Text, tree.At, tree.Name)) else f"({text})"


def _loops(loops: tuple[tree.Loop, ...]) -> str:
    return ", ".join(
        f"{loop.name} in {_operand(loop.source)}" + (f"..{_operand(loop.end)}" if loop.end else "")
        for loop in loops
    )
