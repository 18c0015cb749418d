"""Where the parser stands in its tokens, what it has made so far, and how it refuses."""

from collections.abc import Iterable
from typing import NoReturn

from tongban.rules import tree
from tongban.rules.errors import FeelSyntaxError
from tongban.rules.limits import Limits
from tongban.rules.sentences import said
from tongban.rules.tokens import Kind, Token, tokenize

_MISSPELT = {"AND": "and", "OR": "or", "IF": "if", "THEN": "then", "ELSE": "else", "IN": "in"}


class Cursor:
    """One token of look-ahead over a text, within limits."""

    def __init__(self, text: str, names: Iterable[str], limits: Limits) -> None:
        self.text = text
        self.limits = limits
        if len(text) > limits.characters:
            self.fail_at(limits.characters, said("too_long"), said("split"))
        phrases = frozenset(name for name in names if not name.isalnum())
        self.tokens = tokenize(text, phrases)
        self.index = 0
        self.token = self.tokens[0]
        self.depth = 0
        self.nodes = 0
        # Heights of trees by identity; the trees are kept alive, so that identities stay theirs.
        self.depths: dict[int, int] = {}
        self.kept: list[tree.Node] = []

    # ---- tokens

    def fail_at(self, at: int, detail: str, hint: str = "") -> NoReturn:
        """Refuse the text at a place."""
        raise FeelSyntaxError.pointing(detail, text=self.text, offset=at, hint=hint)

    def fail(self, expected: str, hint: str = "") -> NoReturn:
        """Refuse the token at hand."""
        raise self.error(expected, hint)

    def error(self, expected: str, hint: str = "") -> FeelSyntaxError:
        """The error that something else was expected than the token at hand."""
        token = self.token
        found = said("the_end") if token.kind is Kind.END else f"`{self.text[token.at : token.end][:40]}`"
        detail = said("expected", expected=expected, found=found)
        return FeelSyntaxError.pointing(detail, text=self.text, offset=token.at, hint=hint)

    def advance(self) -> Token:
        """The token at hand; the next one comes to hand."""
        token = self.token
        if token.kind is not Kind.END:
            self.index += 1
            self.token = self.tokens[self.index]
        return token

    def peek(self) -> Token:
        """The token after the one at hand."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def at_symbol(self, *symbols: str) -> bool:
        """Whether one of `symbols` is at hand."""
        return self.token.kind is Kind.SYMBOL and self.token.text in symbols

    def at_word(self, word: str) -> bool:
        """Whether `word` is at hand."""
        return self.token.kind in (Kind.KEYWORD, Kind.NAME) and self.token.text == word

    def accept(self, symbol: str) -> bool:
        """Take `symbol` if it is at hand."""
        if self.at_symbol(symbol):
            self.advance()
            return True
        return False

    def expect(self, symbol: str, hint: str = "") -> Token:
        """Take `symbol`, or refuse."""
        if not self.at_symbol(symbol):
            self.fail(f"`{symbol}`", hint)
        return self.advance()

    def expect_word(self, word: str, hint: str = "") -> None:
        """Take `word`, or refuse."""
        if not self.at_word(word):
            self.fail(f"`{word}`", hint)
        self.advance()

    def finish(self) -> None:
        """Refuse whatever is left."""
        if self.token.kind is Kind.END:
            return
        hint = ""
        if self.token.text in _MISSPELT:
            hint = said("write", text=_MISSPELT[self.token.text])
        elif self.token.kind in (Kind.NAME, Kind.STRING, Kind.NUMBER):
            hint = said("missing_operator")
        self.fail(said("end_of_expression"), hint)

    # ---- nodes

    def made(self, node: tree.Node, *parts: tree.Node) -> tree.Node:
        """Count `node`, which holds `parts`, against the limits."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            self.fail_at(node.at, said("too_many_parts"), said("split"))
        # The height of left-leaning chains such as 1+1+1+… is not seen by the depth of the parser.
        height = 1 + max((self.depths.get(id(part), 0) for part in parts), default=0)
        if height > self.limits.depth:
            self.fail_at(node.at, said("too_deep"), said("split"))
        self.depths[id(node)] = height
        self.kept.append(node)
        return node
