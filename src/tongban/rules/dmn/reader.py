"""DMN XML → `tongban.rules.dmn.model`.

Read are the versions 1.1 to 1.6 of the standard, whose elements that matter for execution have kept their
names; diagrams, extensions and documentation are passed over. What cannot be understood is a finding with its
element and line, and the rest is read all the same; only what is no DMN at all is an error.
"""

from collections.abc import Iterator
from typing import Any, get_args

from tongban.kernel import markup
from tongban.kernel.errors import InvalidInput
from tongban.kernel.markup import Element
from tongban.rules.dmn import model
from tongban.rules.dmn.boxed_reader import Boxes, variable_of
from tongban.rules.sentences import said

VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
"""Version of the standard by namespace."""

assert get_args(model.HitPolicy)  # noqa: S101 - the table reader checks against it


def read(data: bytes | str) -> model.Definitions:
    """The model in a DMN file.

    Raises: InvalidInput (`dmn.root` when it is no DMN, or as `kernel.markup.read`), TooLarge.
    """
    root = markup.read(data)
    version = VERSIONS.get(root.namespace)
    if root.name != "definitions" or version is None:
        known = ", ".join(VERSIONS.values())
        raise InvalidInput(
            "dmn.root",
            said("root", element=root.name, namespace=root.namespace),
            hint=said("root.hint", versions=known),
        )
    return _Reader(root, version).definitions()


class _Reader(Boxes):
    def __init__(self, root: Element, version: str) -> None:
        super().__init__()
        self.root = root
        self.version = version

    def definitions(self) -> model.Definitions:
        root = self.root
        name = root.get("name") or root.get("id") or "model"
        readers = {
            "inputData": self.input_data,
            "decision": self.decision,
            "businessKnowledgeModel": self.knowledge,
            "decisionService": self.service,
        }
        elements = [readers[child.name](child) for child in root.all(*readers)]
        self.unique(elements)
        return model.Definitions(
            element=root.get("id") or name,
            line=root.line,
            name=name,
            namespace=root.get("namespace"),
            version=self.version,
            language=root.get("expressionLanguage"),
            imports=tuple(self.imported(child) for child in root.all("import")),
            types=tuple(self.item(child) for child in root.all("itemDefinition")),
            elements=tuple(elements),
            problems=tuple(self.problems),
        )

    def unique(self, elements: list[Any]) -> None:
        seen_ids: set[str] = set()
        seen_names: set[str] = set()
        for element in elements:
            if element.id in seen_ids:
                self.problem(element, said("id_twice", id=element.id))
            if element.name in seen_names:
                self.problem(element, said("name_twice", name=element.name))
            seen_ids.add(element.id)
            seen_names.add(element.name)

    def imported(self, node: Element) -> model.Import:
        return model.Import(
            element=node.get("id") or node.get("name") or "import",
            line=node.line,
            name=" ".join(node.get("name").split()),
            namespace=node.get("namespace"),
            location=node.get("locationURI"),
            is_model=node.get("importType") in VERSIONS,
        )

    # ---- elements of the requirements graph

    def _named(self, node: Element) -> dict[str, Any]:
        name = " ".join(node.get("name").split())
        element = node.get("id") or name or node.name
        if not name:
            self.problems.append(
                model.Finding(element, "error", said("no_name", element=node.name), node.line)
            )
        known = next(node.all("variable"), None)
        variable = variable_of(known, element) if known is not None else None
        if variable is None or not variable.name:
            kind = variable.type if variable else ""
            variable = model.Variable(element=element, line=node.line, name=name or element, type=kind)
        elif name and variable.name != name:
            self.problems.append(
                model.Finding(
                    element,
                    "warning",
                    said("other_name", variable=variable.name, element=node.name, name=name),
                    node.line,
                )
            )
        return {
            "element": element,
            "line": node.line,
            "id": node.get("id") or name,
            "variable": variable,
            "title": name,
        }

    def input_data(self, node: Element) -> model.InputData:
        return model.InputData(**self._named(node))

    def decision(self, node: Element) -> model.Decision:
        common = self._named(node)
        return model.Decision(
            **common,
            logic=self.only(node, common["element"]),
            information=tuple(_hrefs(node, "informationRequirement", "requiredInput", "requiredDecision")),
            knowledge=tuple(_hrefs(node, "knowledgeRequirement", "requiredKnowledge")),
            question=_text(node.first("question")),
            answers=_text(node.first("allowedAnswers")),
        )

    def knowledge(self, node: Element) -> model.Knowledge:
        common = self._named(node)
        inner = node.first("encapsulatedLogic")
        logic = self.function(inner, common["element"]) if inner is not None else None
        return model.Knowledge(
            **common,
            logic=logic,
            knowledge=tuple(_hrefs(node, "knowledgeRequirement", "requiredKnowledge")),
        )

    def service(self, node: Element) -> model.Service:
        def hrefs(name: str) -> tuple[str, ...]:
            return tuple(child.get("href") for child in node.all(name))

        common = self._named(node)
        outputs = hrefs("outputDecision")
        if not outputs:
            self.problems.append(
                model.Finding(common["element"], "error", said("no_output_decision"), node.line)
            )
        return model.Service(
            **common,
            outputs=outputs,
            encapsulated=hrefs("encapsulatedDecision"),
            input_decisions=hrefs("inputDecision"),
            input_data=hrefs("inputData"),
        )

    # ---- types

    def item(self, node: Element, owner: str = "") -> model.ItemDefinition:
        name = " ".join(node.get("name").split())
        element = node.get("id") or (f"{owner}.{name}" if owner else name) or "itemDefinition"
        if not name:
            self.problems.append(model.Finding(element, "error", said("type_no_name"), node.line))
        function = node.first("functionItem")
        return model.ItemDefinition(
            element=element,
            line=node.line,
            name=name,
            type=_text(node.first("typeRef")),
            collection=node.get("isCollection") == "true",
            components=tuple(self.item(child, element) for child in node.all("itemComponent")),
            allowed=_inner_text(node.first("allowedValues")),
            constraint=_inner_text(node.first("typeConstraint")),
            function=None if function is None else _function_type(function, element),
        )


def _function_type(node: Element, element: str) -> tuple[tuple[model.Variable, ...], str]:
    parameters = tuple(variable_of(child, element) for child in node.all("parameters"))
    return parameters, node.get("outputTypeRef")


def _hrefs(node: Element, requirement: str, *names: str) -> Iterator[str]:
    for child in node.all(requirement):
        for required in child.all(*names):
            yield required.get("href")


def _text(node: Element | None) -> str:
    return "" if node is None else " ".join(node.text.split())


def _inner_text(node: Element | None) -> str:
    inner = None if node is None else node.first("text")
    return "" if inner is None else inner.text.strip()
