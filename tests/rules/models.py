"""Decision models in few words, for tests: pieces of DMN XML."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from tongban.rules import dmn

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(*parts: str, namespace: str = "urn:test", version: str = NAMESPACE) -> str:
    """A whole model."""
    inner = "".join(parts)
    return (
        f'<definitions xmlns="{version}" name="test" id="test" namespace="{namespace}">{inner}</definitions>'
    )


def data(name: str, kind: str = "") -> str:
    """Input data; its id is its name."""
    typed = f" typeRef={quoteattr(kind)}" if kind else ""
    quoted = quoteattr(name)
    return f"<inputData id={quoted} name={quoted}><variable name={quoted}{typed}/></inputData>"


def feel(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def decision(
    name: str, logic: str, *, needs: Iterable[str] = (), knows: Iterable[str] = (), kind: str = ""
) -> str:
    """A decision. `needs` are inputs, or decisions when they begin with `=`; it `knows` functions."""
    typed = f" typeRef={quoteattr(kind)}" if kind else ""
    made = [f"<variable name={quoteattr(name)}{typed}/>"]
    for need in needs:
        tag = "requiredDecision" if need.startswith("=") else "requiredInput"
        href = _href(need.removeprefix("="))
        made.append(f"<informationRequirement><{tag} href={quoteattr(href)}/></informationRequirement>")
    made += [
        f"<knowledgeRequirement><requiredKnowledge href={quoteattr(_href(know))}/></knowledgeRequirement>"
        for know in knows
    ]
    return f"<decision id={quoteattr(name)} name={quoteattr(name)}>{''.join(made)}{logic}</decision>"


def _href(name: str) -> str:
    return name if "#" in name else f"#{name}"


def knowledge(name: str, logic: str, *, takes: Iterable[str] = (), knows: Iterable[str] = ()) -> str:
    """A business knowledge model; a parameter is `name` or `name: type`."""
    parameters = "".join(_parameter(text) for text in takes)
    required = "".join(
        f"<knowledgeRequirement><requiredKnowledge href={quoteattr(_href(know))}/></knowledgeRequirement>"
        for know in knows
    )
    return (
        f"<businessKnowledgeModel id={quoteattr(name)} name={quoteattr(name)}>"
        f"<encapsulatedLogic>{parameters}{logic}</encapsulatedLogic>{required}</businessKnowledgeModel>"
    )


def _parameter(text: str) -> str:
    name, _, kind = text.partition(": ")
    typed = f" typeRef={quoteattr(kind)}" if kind else ""
    return f"<formalParameter name={quoteattr(name)}{typed}/>"


def item(name: str, kind: str = "", *, parts: str = "", allowed: str = "", many: bool = False) -> str:
    """An item definition; `parts` are item components."""
    inner = f"<typeRef>{kind}</typeRef>" if kind else ""
    inner += parts
    inner += f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    return (
        f'<itemDefinition name={quoteattr(name)} isCollection="{str(many).lower()}">{inner}</itemDefinition>'
    )


def part(name: str, kind: str) -> str:
    """A component of an item definition."""
    return f"<itemComponent name={quoteattr(name)}><typeRef>{kind}</typeRef></itemComponent>"


def table(
    inputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    hit: str = "UNIQUE",
    aggregation: str = "",
    outputs: Sequence[str] = ("",),
    values: Sequence[str] = (),
    defaults: Sequence[str] = (),
    allowed: Sequence[str] = (),
) -> str:
    """A decision table: per rule its tests, then its results. An input is `name` or `name: type`."""
    made = []
    for number, text in enumerate(inputs):
        name, _, kind = text.partition(": ")
        typed = f" typeRef={quoteattr(kind)}" if kind else ""
        limits = f"<inputValues><text>{escape(allowed[number])}</text></inputValues>" if allowed else ""
        made.append(
            f"<input><inputExpression{typed}><text>{escape(name)}</text></inputExpression>{limits}</input>"
        )
    for number, name in enumerate(outputs):
        inner = f"<outputValues><text>{escape(values[number])}</text></outputValues>" if values else ""
        if defaults:
            inner += f"<defaultOutputEntry><text>{escape(defaults[number])}</text></defaultOutputEntry>"
        made.append(f"<output name={quoteattr(name)}>{inner}</output>")
    for number, rule in enumerate(rules, 1):
        tests, results = rule[: len(inputs)], rule[len(inputs) :]
        cells = [f"<inputEntry><text>{escape(text)}</text></inputEntry>" for text in tests]
        cells += [f"<outputEntry><text>{escape(text)}</text></outputEntry>" for text in results]
        made.append(f'<rule id="r{number}">{"".join(cells)}</rule>')
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="table" hitPolicy="{hit}"{aggregated}>{"".join(made)}</decisionTable>'


def of_table(inputs: Sequence[str], rules: Sequence[Sequence[str]], **more: object) -> str:
    """A model of one table `D` over input data of the table's names."""
    names = [text.partition(": ") for text in inputs]
    parts = [data(name, kind) for name, _, kind in names]
    logic = table(inputs, rules, **more)  # type: ignore[arg-type]
    return model(*parts, decision("D", logic, needs=[name for name, _, _ in names]))


def decide(text: str, name: str = "D", **inputs: object) -> dmn.Verdict:
    """Load a model and make one decision."""
    return dmn.load(text).decide(name, inputs)
