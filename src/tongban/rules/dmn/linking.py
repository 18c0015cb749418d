"""Definitions → linked nodes: hrefs resolved, circles of requirements found, imports joined."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tongban.kernel.errors import InvalidInput, TooLarge
from tongban.rules.dmn import model
from tongban.rules.dmn.catalog import component_names, types_of
from tongban.rules.dmn.frame import Examined, Frame
from tongban.rules.dmn.program import Key, Node, compile_node
from tongban.rules.dmn.reader import read
from tongban.rules.dmn.types import Typed
from tongban.rules.sentences import said

Resolve = Callable[[model.Import], bytes | str | None]
"""Finds the text of an imported model; nothing when there is none."""

MODELS = 20
"""Models that one may import, with theirs."""


@dataclass(slots=True, eq=False)
class Linked:
    """A model with its nodes."""

    definitions: model.Definitions
    nodes: dict[Key, Node] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    """Of its elements and imports."""
    tables: list[Examined] = field(default_factory=list)
    """Its own decision tables."""
    types: dict[str, Typed] = field(default_factory=dict)
    imports: dict[str, "Linked"] = field(default_factory=dict)
    """Imported models by namespace."""


def link(definitions: model.Definitions, resolve: Resolve, findings: list[model.Finding]) -> Linked:
    """A model and all it imports, linked and compiled; problems go to `findings`."""
    known: dict[str, Linked] = {}
    return _load(definitions, resolve, findings, known, ())


def _load(
    definitions: model.Definitions,
    resolve: Resolve,
    findings: list[model.Finding],
    known: dict[str, Linked],
    path: tuple[str, ...],
) -> Linked:
    linked = Linked(definitions)
    known[definitions.namespace] = linked
    findings += definitions.problems
    for wanted in definitions.imports:
        other = _imported(wanted, resolve, findings, known, (*path, definitions.namespace))
        if other is not None:
            linked.imports[wanted.namespace] = other
    names = {one.namespace: one.name for one in definitions.imports}
    linked.types = types_of(
        definitions,
        {names[namespace]: other.types for namespace, other in linked.imports.items()},
        findings,
    )
    for source in definitions.elements:
        key = (definitions.namespace, source.id)
        linked.nodes.setdefault(key, Node(key, source))
    for other in linked.imports.values():
        for key, node in other.nodes.items():
            linked.nodes.setdefault(key, node)
    linked.names = frozenset(source.name for source in definitions.elements).union(names.values())
    own = [node for node in linked.nodes.values() if node.key[0] == definitions.namespace]
    frame = Frame(
        element=definitions.element,
        findings=findings,
        types=linked.types,
        phrases=frozenset(component_names(definitions.types)).union(
            *(component_names(other.definitions.types) for other in linked.imports.values())
        ),
        language=definitions.language,
        declared=linked.names,
        tables=linked.tables,
    )
    for node in own:
        if not isinstance(node.source, (model.Knowledge, model.Service)):
            node.kind = frame.at(node.source).type(node.source.variable.type)
        _connect(node, linked, names, frame.at(node.source))
    _refuse_circles(own, findings)
    for node in own:
        compile_node(node, frame)
    return linked


def _imported(
    wanted: model.Import,
    resolve: Resolve,
    findings: list[model.Finding],
    known: dict[str, Linked],
    path: tuple[str, ...],
) -> Linked | None:
    if not wanted.is_model:
        message = said("not_a_model")
        findings.append(model.Finding(wanted.element, "warning", message, wanted.line))
        return None
    if wanted.namespace in known and wanted.namespace not in path:
        return known[wanted.namespace]
    try:
        other = _found(wanted, resolve, known, path)
    except InvalidInput as error:
        findings.append(model.Finding(wanted.element, "error", error.detail, wanted.line))
        return None
    return _load(other, resolve, findings, known, path)


def _found(
    wanted: model.Import, resolve: Resolve, known: Mapping[str, Linked], path: tuple[str, ...]
) -> model.Definitions:
    """The imported model. Raises: InvalidInput when there is none, or it is another."""
    if wanted.namespace in path:
        raise InvalidInput("dmn.import", said("import_circle"))
    if len(known) >= MODELS:
        raise InvalidInput("dmn.import", said("import_many", most=MODELS))
    text = resolve(wanted)
    if text is None:
        raise InvalidInput("dmn.import", said("import_missing", namespace=wanted.namespace))
    try:
        other = read(text)
    except (InvalidInput, TooLarge) as error:
        raise InvalidInput("dmn.import", said("import_unreadable", detail=error.detail)) from error
    if other.namespace != wanted.namespace:
        raise InvalidInput(
            "dmn.import", said("import_other", found=other.namespace, namespace=wanted.namespace)
        )
    return other


def _connect(node: Node, linked: Linked, names: Mapping[str, str], frame: Frame) -> None:
    source = node.source
    own = linked.definitions.namespace

    def found(href: str, what: str, *kinds: type) -> tuple[tuple[str, ...], Node] | None:
        namespace, _, identifier = href.rpartition("#")
        namespace = namespace or own
        other = linked.nodes.get((namespace, identifier))
        if other is None:
            frame.report("error", said("not_there", what=said(what), href=href))
            return None
        if not isinstance(other.source, kinds):
            frame.report("error", said("not_that", what=said(what), href=href))
            return None
        if namespace == own:
            return (other.name,), other
        prefix = names.get(namespace, "")
        return ((prefix, other.name) if prefix else (other.name,)), other

    def listed(hrefs: tuple[str, ...], what: str, *kinds: type) -> list[tuple[tuple[str, ...], Node]]:
        return [one for href in hrefs if (one := found(href, what, *kinds)) is not None]

    if isinstance(source, model.Decision):
        node.information = listed(source.information, "what.information", model.InputData)
    if isinstance(source, (model.Decision, model.Knowledge)):
        node.knowledge = listed(source.knowledge, "what.knowledge", model.Knowledge, model.Service)
    if isinstance(source, model.Service):
        node.outputs = [one for _, one in listed(source.outputs, "what.output", model.Decision)]
        listed(source.encapsulated, "what.encapsulated", model.Decision)
        data = listed(source.input_data, "what.input_data", model.InputData)
        decisions = listed(source.input_decisions, "what.input_decision", model.Decision)
        node.parameters = [one for _, one in (*data, *decisions)]


def _refuse_circles(nodes: list[Node], findings: list[model.Finding]) -> None:
    """Take away requirements that lead back to the decision itself, and report them."""
    state: dict[int, int] = {}  # 1 = being visited, 2 = done
    for root in nodes:
        waiting = [root]
        while waiting:
            node = waiting[-1]
            if state.get(id(node)) is None:
                state[id(node)] = 1
                for entry in list(node.information):
                    needed = entry[1]
                    if state.get(id(needed)) == 1:
                        node.information.remove(entry)
                        findings.append(
                            model.Finding(
                                node.source.element,
                                "error",
                                said("circle", one=node.name, other=needed.name),
                                node.source.line,
                            )
                        )
                    elif state.get(id(needed)) is None:
                        waiting.append(needed)
            else:
                state[id(node)] = 2
                waiting.pop()
