"""Boxed expressions and decision tables of DMN XML → `tongban.rules.dmn.model`."""

from collections.abc import Callable
from typing import Any, cast, get_args

from tongban.kernel.markup import Element
from tongban.rules.dmn import model
from tongban.rules.sentences import said

_HITS = frozenset(get_args(model.HitPolicy))
_AGGREGATIONS = frozenset(get_args(model.Aggregation))


def variable_of(node: Element, owner: str) -> model.Variable:
    """A variable, formal parameter, column or parameter of a binding."""
    return model.Variable(
        element=node.get("id") or owner,
        line=node.line,
        name=" ".join(node.get("name").split()),
        type=_type_of(node),
    )


def _type_of(node: Element) -> str:
    known = node.get("typeRef")
    if known:
        return known
    inner = node.first("typeRef")  # an element in DMN 1.1
    return "" if inner is None else inner.text.strip()


def _text(node: Element | None) -> str:
    inner = None if node is None else node.first("text")
    return "" if inner is None else inner.text.strip()


class Boxes:
    """Reads boxed expressions; what is wrong goes to `problems`."""

    def __init__(self) -> None:
        self.problems: list[model.Finding] = []
        self.readers: dict[str, Callable[[Element, str], model.Expression]] = {
            "literalExpression": self.literal,
            "context": self.context,
            "list": self.list,
            "relation": self.relation,
            "invocation": self.invocation,
            "functionDefinition": self.function,
            "decisionTable": self.table,
            "conditional": self.conditional,
            "filter": self.filter,
            "for": self.iterator,
            "some": self.iterator,
            "every": self.iterator,
        }

    def problem(self, part: model.Part, message: str) -> None:
        """Note an error."""
        self.problems.append(model.Finding(part.element, "error", message, part.line))

    def only(self, node: Element | None, owner: str) -> model.Expression | None:
        """The expression among the children of `node`; nothing when there is none."""
        if node is None:
            return None
        found = list(node.all(*self.readers))
        if len(found) > 1:
            place = node.get("id") or owner
            message = said("several_expressions", element=node.name, number=len(found))
            self.problems.append(model.Finding(place, "error", message, node.line))
        return self.expression(found[0], owner) if found else None

    def expression(self, node: Element, owner: str) -> model.Expression:
        """Any boxed expression."""
        return self.readers[node.name](node, owner)

    @staticmethod
    def _common(node: Element, owner: str) -> dict[str, Any]:
        return {"element": node.get("id") or owner, "line": node.line, "type": _type_of(node)}

    def literal(self, node: Element, owner: str) -> model.Literal_:
        """`literalExpression`."""
        language = node.get("expressionLanguage")
        imported = node.first("importedValues")
        made = model.Literal_(**self._common(node, owner), text=_text(node), language=language)
        if imported is not None:
            self.problem(made, said("imported_values"))
        return made

    def context(self, node: Element, owner: str) -> model.Context:
        """`context`."""
        entries: list[tuple[model.Variable | None, model.Expression | None]] = []
        for entry in node.all("contextEntry"):
            known = entry.first("variable")
            variable = None if known is None else variable_of(known, owner)
            entries.append((variable, self.only(entry, owner)))
        made = model.Context(**self._common(node, owner), entries=tuple(entries))
        names = [variable.name for variable, _ in entries if variable is not None]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problem(made, said("entry_twice", name=name))
        if any(variable is None for variable, _ in entries[:-1]):
            self.problem(made, said("unnamed_entry"))
        return made

    def list(self, node: Element, owner: str) -> model.ListOf:
        """`list`."""
        items = tuple(self.expression(child, owner) for child in node.all(*self.readers))
        return model.ListOf(**self._common(node, owner), items=items)

    def relation(self, node: Element, owner: str) -> model.Relation:
        """`relation`."""
        columns = tuple(variable_of(child, owner) for child in node.all("column"))
        rows = []
        for row in node.all("row"):
            cells = tuple(self.expression(child, owner) for child in row.all(*self.readers))
            if len(cells) != len(columns):
                message = said("row_cells", number=len(cells), columns=len(columns))
                self.problems.append(model.Finding(row.get("id") or owner, "error", message, row.line))
                cells = (*cells, *([None] * len(columns)))[: len(columns)]  # type: ignore[assignment]
            rows.append(cells)
        return model.Relation(**self._common(node, owner), columns=columns, rows=tuple(rows))

    def invocation(self, node: Element, owner: str) -> model.Invocation:
        """`invocation`."""
        bindings = []
        for binding in node.all("binding"):
            parameter = binding.first("parameter")
            if parameter is None:
                message = said("no_parameter")
                self.problems.append(model.Finding(owner, "error", message, binding.line))
                continue
            bindings.append((variable_of(parameter, owner), self.only(binding, owner)))
        function = self.only(node, owner)
        return model.Invocation(**self._common(node, owner), function=function, bindings=tuple(bindings))

    def function(self, node: Element, owner: str) -> model.Function:
        """`functionDefinition` or `encapsulatedLogic`."""
        kind = (node.get("kind") or "FEEL").rpartition(":")[2]
        parameters = tuple(variable_of(child, owner) for child in node.all("formalParameter"))
        return model.Function(
            **self._common(node, owner), parameters=parameters, body=self.only(node, owner), kind=kind
        )

    def conditional(self, node: Element, owner: str) -> model.Conditional:
        """`conditional`."""
        return model.Conditional(
            **self._common(node, owner),
            condition=self.only(node.first("if"), owner),
            yes=self.only(node.first("then"), owner),
            no=self.only(node.first("else"), owner),
        )

    def filter(self, node: Element, owner: str) -> model.Filter:
        """`filter`."""
        return model.Filter(
            **self._common(node, owner),
            source=self.only(node.first("in"), owner),
            match=self.only(node.first("match"), owner),
        )

    def iterator(self, node: Element, owner: str) -> model.Iterator:
        """`for`, `some`, `every`."""
        made = model.Iterator(
            **self._common(node, owner),
            kind=cast("Any", node.name),
            variable=" ".join(node.get("iteratorVariable").split()),
            source=self.only(node.first("in"), owner),
            body=self.only(node.first("return", "satisfies"), owner),
        )
        if not made.variable:
            self.problem(made, said("no_iterator", element=node.name))
        return made

    # ---- decision tables

    def table(self, node: Element, owner: str) -> model.Table:
        """`decisionTable`."""
        place = node.get("id") or owner
        inputs = tuple(self._input(child, place, n) for n, child in enumerate(node.all("input"), 1))
        outputs = tuple(self._output(child, place) for child in node.all("output"))
        rules = tuple(self._rule(child, place, n) for n, child in enumerate(node.all("rule"), 1))
        hit = node.get("hitPolicy") or "UNIQUE"
        aggregation = node.get("aggregation") or None
        made = model.Table(
            **self._common(node, owner),
            hit=cast("Any", hit if hit in _HITS else "UNIQUE"),
            aggregation=cast("Any", aggregation if aggregation in _AGGREGATIONS else None),
            inputs=inputs,
            outputs=outputs,
            rules=rules,
        )
        for problem in _table_problems(made, hit, aggregation):
            self.problem(made, problem)
        for rule in rules:
            for given, columns, what in (
                (rule.tests, inputs, "rule_tests"),
                (rule.results, outputs, "rule_results"),
            ):
                if len(given) != len(columns):
                    self.problem(rule, said(what, number=len(given), columns=len(columns)))
        return made

    @staticmethod
    def _input(node: Element, owner: str, number: int) -> model.Input:
        expression = node.first("inputExpression")
        text = _text(expression)
        return model.Input(
            element=node.get("id") or f"{owner}/input {number}",
            line=node.line,
            label=" ".join(node.get("label").split()) or text,
            expression=text,
            type="" if expression is None else _type_of(expression),
            values=_text(node.first("inputValues")),
        )

    @staticmethod
    def _output(node: Element, owner: str) -> model.Output:
        return model.Output(
            element=node.get("id") or owner,
            line=node.line,
            name=" ".join(node.get("name").split()),
            type=_type_of(node),
            values=_text(node.first("outputValues")),
            default=_text(node.first("defaultOutputEntry")),
        )

    @staticmethod
    def _rule(node: Element, owner: str, number: int) -> model.Rule:
        return model.Rule(
            element=node.get("id") or f"{owner}/rule {number}",
            line=node.line,
            tests=tuple(_text(child) for child in node.all("inputEntry")),
            results=tuple(_text(child) for child in node.all("outputEntry")),
            notes=tuple(_text(child) for child in node.all("annotationEntry")),
        )


def _table_problems(table: model.Table, hit: str, aggregation: str | None) -> list[str]:
    made: list[str] = []
    if hit not in _HITS:
        made.append(said("no_hit_policy", name=hit))
    if aggregation is not None and aggregation not in _AGGREGATIONS:
        made.append(said("no_aggregation", name=aggregation))
    if aggregation and hit != "COLLECT":
        made.append(said("only_collect", hit=hit))
    if aggregation and len(table.outputs) > 1:
        made.append(said("aggregates_one"))
    if not table.outputs:
        made.append(said("no_output"))
    if len(table.outputs) > 1 and not all(output.name for output in table.outputs):
        made.append(said("outputs_named"))
    names = [output.name for output in table.outputs]
    if len(table.outputs) > 1 and len(set(names)) != len(names):
        made.append(said("outputs_twice"))
    return made
