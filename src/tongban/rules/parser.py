"""Tokens → syntax tree: precedence climbing, one token of look-ahead, no backtracking.

Time is linear in the text, so there is nothing to gain from a hostile one; nesting is bounded because the
tree is later walked by recursion.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from tongban.rules import tree
from tongban.rules.limits import LIMITS, Limits
from tongban.rules.parts import ADD, AND, COMPARE, INSTANCE, MULTIPLY, NEGATE, OR, POWER, TESTS, Parts
from tongban.rules.sentences import said
from tongban.rules.tokens import Kind, Token

_BINDING = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in", "between"), COMPARE),
    **dict.fromkeys("+-", ADD),
    **dict.fromkeys("*/", MULTIPLY),
    "**": POWER,
    "instance": INSTANCE,
}
_ORDER = frozenset(("<", "<=", ">", ">="))
_CONSTANTS: dict[str, Callable[..., tree.Node]] = {
    "null": tree.Null,
    "true": lambda at: tree.Boolean(value=True, at=at),
    "false": lambda at: tree.Boolean(value=False, at=at),
}


def parse(text: str, *, names: Iterable[str] = (), limits: Limits = LIMITS) -> tree.Node:
    """The tree of one expression.

    Args:
        text: the expression.
        names: names in scope that hold operators, digits after a space, or keywords. Names of words only
            need not be told: words that follow one another are always one name.
        limits: bounds on length, nesting and number of parts.

    Raises: FeelSyntaxError with line, column and hint.
    """
    parser = _Parser(text, names, limits)
    node = parser.expression()
    parser.finish()
    return node


def parse_tests(text: str, *, names: Iterable[str] = (), limits: Limits = LIMITS) -> tree.Node:
    """The tree of a cell of a decision table: `-`, `< 5, > 10`, `not("a", "b")`; the value is `?`."""
    parser = _Parser(text, names, limits)
    node = parser.unary_tests()
    parser.finish()
    return node


class _Parser(Parts):
    # ---- expressions

    def expression(self, binding: int = 0, *, closing: bool = False) -> tree.Node:
        """An expression whose operators bind more strongly than `binding`.

        `closing`: the end of a range is read, where `[` closes the range instead of opening a filter.
        """
        self.depth += 1
        if self.depth > self.limits.depth:
            self.fail_at(self.token.at, said("too_deep"), said("split"))
        left = self.postfix(self.prefix(), closing=closing)
        previous = ""
        while self.token.kind in (Kind.SYMBOL, Kind.KEYWORD):
            strength = _BINDING.get(self.token.text, 0)
            if strength <= binding:
                break
            if self.token.text in _ORDER and previous in _ORDER:
                hint = said("chained.hint")
                self.fail_at(self.token.at, said("chained"), hint)
            previous = self.token.text
            left = self.infix(left, strength, closing=closing)
        self.depth -= 1
        return left

    def infix(self, left: tree.Node, strength: int, *, closing: bool) -> tree.Node:
        token = self.advance()
        op, at = token.text, token.at
        if op in ("and", "or"):
            return self.logic(left, token, strength, closing=closing)
        if op == "between":
            low = self.expression(COMPARE)
            self.expect_word("and", said("write", text="x between a and b"))
            high = self.expression(COMPARE, closing=closing)
            return self.made(tree.Between(left, low, high, at=at), left, low, high)
        if op == "in":
            tests = self.tests_after_in()
            return self.made(tree.In(left, tests, at=at), left, *tests)
        if op == "instance":
            self.expect_word("of", said("write", text="x instance of string"))
            return self.made(tree.InstanceOf(left, self.type(), at=at), left)
        right = self.expression(strength, closing=closing)
        if strength == COMPARE:
            return self.made(tree.Compare(op, left, right, at=at), left, right)  # type: ignore[arg-type]
        return self.made(tree.Arithmetic(op, left, right, at=at), left, right)  # type: ignore[arg-type]

    def logic(self, left: tree.Node, token: Token, strength: int, *, closing: bool) -> tree.Node:
        parts = [left]
        while True:
            parts.append(self.expression(strength, closing=closing))
            if not self.at_word(token.text):
                break
            self.advance()
        form = tree.And if token.text == "and" else tree.Or
        return self.made(form(tuple(parts), at=token.at), *parts)

    def prefix(self) -> tree.Node:  # noqa: C901, PLR0911 - one way out per form of the language
        token = self.token
        if token.kind is Kind.NUMBER:
            self.advance()
            return self.made(tree.Number(self.decimal(token), at=token.at))
        if token.kind is Kind.STRING:
            self.advance()
            return self.made(tree.Text(token.text, at=token.at))
        if token.kind is Kind.NAME:
            return self.made(tree.Name(self.name(), at=token.at))
        if token.kind is Kind.KEYWORD:
            return self.keyword()
        if token.kind is Kind.SYMBOL:
            match token.text:
                case "(":
                    return self.bracket()
                case "[" | "]":
                    return self.list_or_range()
                case "{":
                    return self.context()
                case "-":
                    self.advance()
                    operand = self.expression(NEGATE)
                    return self.made(tree.Negate(operand, at=token.at), operand)
                case "@":
                    return self.at_literal()
        hint = said("operator.sides") if self.index else said("write_something")
        raise self.error(said("a_value"), hint)

    def decimal(self, token: Token) -> Decimal:
        if len(token.text) > 400:  # noqa: PLR2004 - more digits than any number of FEEL can hold
            self.fail_at(token.at, said("number_too_long"))
        value = Decimal(token.text)
        if value and not -6144 <= value.adjusted() <= 6144:  # noqa: PLR2004 - IEEE 754 decimal128
            self.fail_at(token.at, said("number_out_of_range"))
        return value

    def keyword(self) -> tree.Node:
        token = self.token
        match token.text:
            case "null" | "true" | "false":
                self.advance()
                return self.made(_CONSTANTS[token.text](at=token.at))
            case "if":
                return self.conditional()
            case "for":
                return self.for_loop()
            case "some" | "every":
                return self.quantified()
            case "function":
                return self.function()
        raise self.error(said("a_value"), said("operator.sides"))

    def postfix(self, node: tree.Node, *, closing: bool) -> tree.Node:
        while self.token.kind is Kind.SYMBOL:
            at = self.token.at
            if self.token.text == ".":
                self.advance()
                node = self.made(tree.Path(node, self.name_or_keyword(said("name_after_dot")), at=at), node)
            elif self.token.text == "(" and isinstance(
                node, (tree.Name, tree.Path, tree.Function, tree.Call)
            ):
                node = self.call(node)
            elif self.token.text == "[" and not closing:
                self.advance()
                condition = self.expression()
                self.expect("]", said("filter.hint"))
                node = self.made(tree.Filter(node, condition, at=at), node, condition)
            else:
                break
        return node

    # ---- forms that begin with a word

    def conditional(self) -> tree.Node:
        at = self.advance().at
        hint = said("write", text="if condition then a else b")
        condition = self.expression()
        self.expect_word("then", hint)
        yes = self.expression()
        self.expect_word("else", hint)
        no = self.expression()
        return self.made(tree.If(condition, yes, no, at=at), condition, yes, no)

    def loops(self) -> tuple[tree.Loop, ...]:
        loops: list[tree.Loop] = []
        while True:
            at = self.token.at
            if self.token.kind is not Kind.NAME:
                self.fail(said("variable_name"), said("write", text="for x in list return …"))
            name = self.name()
            self.expect_word("in")
            source = self.expression()
            end = self.expression() if self.accept("..") else None
            parts = (source,) if end is None else (source, end)
            loop = tree.Loop(name, source, end, at=at)
            self.made(loop, *parts)
            loops.append(loop)
            if not self.accept(","):
                return tuple(loops)

    def for_loop(self) -> tree.Node:
        at = self.advance().at
        loops = self.loops()
        self.expect_word("return", said("write", text="for x in list return …"))
        body = self.expression()
        return self.made(tree.For(loops, body, at=at), *loops, body)

    def quantified(self) -> tree.Node:
        token = self.advance()
        loops = self.loops()
        self.expect_word("satisfies", said("write", text=f"{token.text} x in list satisfies …"))
        body = self.expression()
        node = tree.Quantified(token.text == "every", loops, body, at=token.at)
        return self.made(node, *loops, body)

    def function(self) -> tree.Node:
        at = self.advance().at
        self.expect("(", said("write", text="function(a, b) a + b"))
        parameters: list[tuple[str, tree.Type | None]] = []
        while not self.at_symbol(")"):
            name = self.name_or_keyword("a parameter")
            parameters.append((name, self.type() if self.accept(":") else None))
            if not self.accept(","):
                break
        self.expect(")")
        if self.at_word("external"):
            self.fail_at(self.token.at, said("external"), said("external.hint"))
        body = self.expression()
        return self.made(tree.Function(tuple(parameters), body, at=at), body)

    # ---- calls

    def call(self, function: tree.Node) -> tree.Node:
        at = function.at
        self.advance()
        arguments: list[tree.Node] = []
        names: list[str] = []
        while not self.at_symbol(")"):
            if self.named_argument():
                names.append(self.name_or_keyword("a parameter"))
                self.expect(":")
            elif names:
                self.fail(said("named_argument"), said("arguments.hint"))
            arguments.append(self.expression())
            if names and len(names) != len(arguments):
                self.fail(said("positional_argument"), said("arguments.hint"))
            if not self.accept(","):
                break
        self.expect(")", said("bracket.hint"))
        node = tree.Call(function, tuple(arguments), tuple(names), at=at)
        return self.made(node, function, *arguments)

    def named_argument(self) -> bool:
        index = self.index
        while self.tokens[index].kind in (Kind.NAME, Kind.KEYWORD):
            index += 1
        return (
            index > self.index and self.tokens[index].text == ":" and self.tokens[index].kind is Kind.SYMBOL
        )

    # ---- unary tests

    def tests_after_in(self) -> tuple[tree.Node, ...]:
        if not self.at_symbol("("):
            if self.at_symbol(*TESTS):
                return (self.unary_test(),)
            return (self.expression(COMPARE),)
        at = self.advance().at
        tests = [self.unary_test()]
        if self.accept(".."):
            return (self.range_end(tests[0], at, included=False),)
        while self.accept(","):
            tests.append(self.unary_test())
        self.expect(")", said("tests.hint"))
        return tuple(tests)

    def unary_tests(self) -> tree.Node:
        at = self.token.at
        value = tree.Name("?", at=at)
        if self.at_symbol("-") and self.peek().kind is Kind.END:
            self.advance()
            return tree.Boolean(value=True, at=at)
        negated = self.at_word("not") and self.peek().text == "("
        if negated:
            self.advance()
            self.advance()
        tests = [self.unary_test()]
        while self.accept(","):
            tests.append(self.unary_test())
        node: tree.Node = self.made(tree.In(value, tuple(tests), at=at), *tests)
        if negated:
            self.expect(")")
            node = tree.Call(tree.Name("not", at=at), (node,), at=at)
        return node
