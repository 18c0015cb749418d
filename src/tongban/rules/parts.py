"""Parts of the language that stand in brackets: ranges, lists, contexts; and names, types, single tests."""

from typing import Any

from tongban.rules import tree
from tongban.rules.cursor import Cursor
from tongban.rules.sentences import said
from tongban.rules.tokens import Kind

OR, AND, COMPARE, ADD, MULTIPLY, POWER, INSTANCE, NEGATE = range(1, 9)
"""How strongly operators bind (OMG DMN 1.5, table 40): a later one binds more strongly.

Negation binds more strongly than a power: `-3 ** 2` is 9.
"""

TESTS = frozenset(("<", "<=", ">", ">=", "=", "!="))
"""Operators that a unary test begins with."""


class Parts(Cursor):
    """Reads them; what stands inside is an `expression`, which the whole parser knows."""

    def expression(self, binding: int = 0, *, closing: bool = False) -> tree.Node:
        """An expression; see `tongban.rules.parser`."""
        raise NotImplementedError

    # ---- names

    def name(self) -> str:
        """Words in a row, as one name."""
        words = [self.advance().text]
        # Two names never stand side by side in FEEL, so words in a row are one name with spaces.
        while self.token.kind is Kind.NAME and words[-1] != "?":
            words.append(self.advance().text)
        return " ".join(words)

    def name_or_keyword(self, what: str) -> str:
        """A name where no keyword can be meant, such as after a dot."""
        if self.token.kind is Kind.NAME:
            return self.name()
        if self.token.kind is Kind.KEYWORD:
            return self.advance().text
        raise self.error(what)

    # ---- tests

    def unary_test(self) -> tree.Node:
        """`< a`, or an expression that is a value, list, range, or condition on `?`."""
        if self.at_symbol(*TESTS):
            token = self.advance()
            operand = self.expression(COMPARE)
            return self.made(tree.Test(token.text, operand, at=token.at), operand)  # type: ignore[arg-type]
        return self.expression()

    # ---- forms that begin with a bracket

    def bracket(self) -> tree.Node:
        """`(a)`, the range `(a..b)`, or the open range `(< a)`."""
        at = self.advance().at
        if self.at_symbol(*TESTS):
            test = self.unary_test()
            self.expect(")")
            return _open_range(test, at)
        inner = self.expression()
        if self.accept(".."):
            return self.range_end(inner, at, included=False)
        self.expect(")", said("bracket.hint"))
        return inner

    def list_or_range(self) -> tree.Node:
        """`[a, b]`, `[a..b]`, `]a..b[`."""
        opening = self.advance()
        at = opening.at
        if opening.text == "[" and self.accept("]"):
            return self.made(tree.ListOf((), at=at))
        first = self.expression()
        if self.accept(".."):
            return self.range_end(first, at, included=opening.text == "[")
        if opening.text == "]":
            self.fail("`..`", said("open_range.hint"))
        items = [first]
        while self.accept(","):
            items.append(self.expression())
        self.expect("]", said("list.hint"))
        return self.made(tree.ListOf(tuple(items), at=at), *items)

    def range_end(self, low: tree.Node, at: int, *, included: bool) -> tree.Node:
        """The rest of a range, after its `..`."""
        high = self.expression(closing=True)
        if not self.at_symbol(")", "]", "["):
            self.fail(said("or", one="`]`", two="`)`"), said("range.hint"))
        closing = self.advance().text
        return self.made(tree.Interval(low, high, included, closing == "]", at=at), low, high)

    def context(self) -> tree.Node:
        """`{key: value}`."""
        at = self.advance().at
        entries: list[tuple[str, tree.Node]] = []
        seen: set[str] = set()
        while not self.at_symbol("}"):
            place = self.token.at
            key = self.advance().text if self.token.kind is Kind.STRING else self.key()
            if key in seen:
                self.fail_at(place, said("key_twice", key=key))
            seen.add(key)
            self.expect(":", said("context.hint"))
            entries.append((key, self.expression()))
            if not self.accept(","):
                break
        self.expect("}", said("context.hint"))
        return self.made(tree.Context(tuple(entries), at=at), *(value for _, value in entries))

    def key(self) -> str:
        """A key may hold anything up to its colon: `loan-to-value 2: …`."""
        start = self.token.at
        end = start
        while not self.at_symbol(":", "{", "}", "[", "]", "(", ")", ",") and self.token.kind is not Kind.END:
            end = self.advance().end
        if end == start:
            self.fail(said("a_key"))
        return " ".join(self.text[start:end].split())

    def at_literal(self) -> tree.Node:
        """`@"2026-11-23"`."""
        at = self.advance().at
        if self.token.kind is not Kind.STRING:
            self.fail(said("a_string"), said("write", text='@"2026-11-23"'))
        return self.made(tree.At(self.advance().text, at=at))

    # ---- types

    def type(self) -> tree.Type:
        """`number`, `list<string>`, `context<a: number>`, `function<number> -> string`."""
        self.depth += 1
        if self.depth > self.limits.depth:
            self.fail_at(self.token.at, said("type_too_deep"))
        at = self.token.at
        name = self.name_or_keyword(said("a_type"))
        while self.accept("."):
            name = f"{name}.{self.name_or_keyword(said('a_type'))}"
        parameters: list[tree.Type] = []
        keys: list[str] = []
        result: tree.Type | None = None
        if self.accept("<"):
            while not self.at_symbol(">"):
                if name == "context":
                    keys.append(self.name_or_keyword(said("a_key")))
                    self.expect(":")
                parameters.append(self.type())
                if not self.accept(","):
                    break
            self.expect(">", said("type.hint"))
        if name == "function" and self.accept("->"):
            result = self.type()
        self.depth -= 1
        made: Any = tree.Type(name, tuple(parameters), tuple(keys), result, at=at)
        self.made(made)
        return made  # type: ignore[no-any-return]


def _open_range(test: tree.Node, at: int) -> tree.Node:
    assert isinstance(test, tree.Test)  # noqa: S101 - the caller saw its operator
    match test.op:
        case "<" | "<=":
            return tree.Interval(None, test.operand, False, test.op == "<=", at=at)  # noqa: FBT003
        case ">" | ">=":
            return tree.Interval(test.operand, None, test.op == ">=", False, at=at)  # noqa: FBT003
        case "=":
            return tree.Interval(test.operand, test.operand, True, True, at=at)  # noqa: FBT003
    return test
