"""The words of BPMN 2.0 (OMG formal/13-12-09), and how parts of a document are found."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tongban.process import constants, expressions
from tongban.process.expressions import Expression
from tongban.process.findings import Findings
from tongban.process.graph import Kind, Trigger
from tongban.process.xml import Element
from tongban.rules import FeelSyntaxError
from tongban.rules.sentences import joined
from tongban.rules.sentences import said as sentence

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "urn:tongban:bpmn"
"""Namespace of our own extensions: `workdays="true"` on a timeDuration."""

NODES: Mapping[str, Kind] = {
    "startEvent": Kind.START, "endEvent": Kind.END, "intermediateThrowEvent": Kind.THROW,
    "intermediateCatchEvent": Kind.CATCH, "boundaryEvent": Kind.BOUNDARY,
    "task": Kind.TASK, "userTask": Kind.TASK, "serviceTask": Kind.TASK, "scriptTask": Kind.TASK,
    "businessRuleTask": Kind.TASK, "sendTask": Kind.TASK, "receiveTask": Kind.TASK, "manualTask": Kind.TASK,
    "subProcess": Kind.SUB, "transaction": Kind.SUB, "adHocSubProcess": Kind.SUB,
    "callActivity": Kind.CALL,
    "exclusiveGateway": Kind.EXCLUSIVE, "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE, "complexGateway": Kind.COMPLEX,
    "eventBasedGateway": Kind.EVENT_BASED,
}  # fmt: skip

DEFINITIONS: Mapping[str, Trigger] = {
    "messageEventDefinition": Trigger.MESSAGE, "timerEventDefinition": Trigger.TIMER,
    "signalEventDefinition": Trigger.SIGNAL, "errorEventDefinition": Trigger.ERROR,
    "escalationEventDefinition": Trigger.ESCALATION, "conditionalEventDefinition": Trigger.CONDITIONAL,
    "compensateEventDefinition": Trigger.COMPENSATION, "cancelEventDefinition": Trigger.CANCEL,
    "terminateEventDefinition": Trigger.TERMINATE, "linkEventDefinition": Trigger.LINK,
}  # fmt: skip

REPETITIONS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
"""What says that an activity is done several times."""

BESIDE = frozenset((
    "dataObject", "dataObjectReference", "dataStoreReference", "laneSet", "sequenceFlow", "association",
    "textAnnotation", "group", "property", "ioSpecification", "ioBinding", "documentation",
    "extensionElements", "auditing", "monitoring", "resourceRole", "performer", "humanPerformer",
    "potentialOwner", "correlationSubscription", "supports", "supportedInterfaceRef", "incoming", "outgoing",
    "dataInputAssociation", "dataOutputAssociation", "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics", "completionCondition", "artifact", "flowElement",
    "loopCharacteristics", "conversationLink", "callConversation", "conversation", "subConversation",
    "relationship", "categoryValueRef", "dataStore", "definitionalCollaborationRef",
))  # fmt: skip
"""What may lie in a process or sub-process besides nodes."""

_WORDS = """
activityRef associationDirection attachedToRef behavior calledElement cancelActivity
cancelRemainingInstances capacity categoryValueRef choreographyRef completionQuantity conversationRef
correlationKeyRef correlationPropertyRef dataObjectRef dataState dataStoreRef default definition
definitionalCollaborationRef direction errorCode errorRef escalationCode escalationRef
evaluatesToTypeRef eventDefinitionRef eventGatewayType exporter exporterVersion expressionLanguage from
gatewayDirection id implementation implementationRef importType initiatingParticipantRef
innerConversationNodeRef inputDataRef instantiate isClosed isCollection isExecutable isForCompensation
isImmediate isInterrupting isSequential isUnlimited itemKind itemRef itemSubjectRef language location
loopCardinality loopMaximum loopType maximum messageRef method minimum mustUnderstand name namespace
noneBehaviorEventRef oneBehaviorEventRef operationRef ordering outerConversationNodeRef outputDataRef
parallelMultiple parameterRef participantMultiplicityRef partitionElementRef processRef processType
resourceRef scriptFormat signalRef sourceRef startQuantity state structureRef supports targetNamespace
targetRef testBefore textFormat to transformation triggeredByEvent type typeLanguage value
waitForCompletion
"""
ATTRIBUTES = frozenset(_WORDS.split())
"""Attributes that BPMN itself gives to its elements, all of them together."""

STRAY = frozenset(("label",))
"""Attributes without a prefix that some tools write and that change nothing."""

_WORD = re.compile(r"\w+")
_SHORT = 60
_SHORTENING = ("activiti", "camunda.org/schema/1.0", "flowable", "operaton")

_CLOCKS = "http://www.jboss.org/drools"

DATA = frozenset(
    ("dataObject", "dataObjectReference", "dataInput", "dataOutput", "property", "dataStoreReference")
)


def is_bpmn(element: Element) -> bool:
    """Whether an element is one of BPMN's own."""
    return element.space == MODEL


def meant(element: Element) -> Iterator[Element]:
    """BPMN elements at and below an element, in document order; what lies in extensions is not ours."""
    waiting = [element]
    while waiting:
        each = waiting.pop()
        if is_bpmn(each) and each.local != "extensionElements":
            yield each
            if each.children:
                waiting.extend(reversed(list(each)))


def children(element: Element, *names: str) -> Iterator[Element]:
    """BPMN elements directly inside, with one of these names."""
    return (child for child in element if is_bpmn(child) and child.local in names)


def children_of(element: Element, *path: str) -> Iterator[Element]:
    """BPMN elements at the end of a path of names."""
    found: Iterable[Element] = (element,)
    for name in path:
        found = [inner for each in found for inner in children(each, name)]
    return iter(found)


def child(element: Element, *names: str) -> Element | None:
    """The first of them."""
    return next(children(element, *names), None)


def extension(element: Element, *names: str) -> Iterator[Element]:
    """Foreign elements anywhere in the extensions of an element, with one of these local names."""
    for holder in children(element, "extensionElements"):
        for inner in holder.walk():
            if inner.space != MODEL and inner.local in names:
                yield inner


def bare(reference: str) -> str:
    """A reference without its prefix."""
    return reference.strip().rpartition(":")[2]


def flag(element: Element, name: str, *, default: bool) -> bool:
    """A truth value of XML Schema."""
    return {"true": True, "1": True, "false": False, "0": False}.get(
        element.get(name).strip().lower(), default
    )


@dataclass
class Context:
    """What the parts of the reader share."""

    root: Element
    findings: Findings
    by_id: dict[str, Element] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    replaced: Mapping[str, str] = field(default_factory=dict)
    """Element id → FEEL instead of its expression."""
    used: set[str] = field(default_factory=set)
    """Those of them that an expression was found for."""
    associations: tuple[tuple[str, str], ...] = ()
    addressed: frozenset[str] = frozenset()
    """Ends of message flows."""
    language: str = ""
    codeless: list[tuple[str, Trigger, str, bool]] = field(default_factory=list)
    """Events that throw an error or escalation that has neither code nor name, and whether that matters."""
    words: Counter[str] | None = None
    """How often each word stands in the model; counted when it is asked for."""

    def is_imported(self, element: Element, reference: str) -> bool:
        """Whether a reference leads to another file that this one imports."""
        prefix, colon, _ = reference.strip().partition(":")
        space = element.prefixes.get(prefix if colon else "", "")
        return bool(colon) and space not in {"", MODEL, self.root.get("targetNamespace")}

    @cached_property
    def called(self) -> Mapping[str, tuple[str, ...]]:
        """Data object or store → the names that its references have, each once."""
        found: dict[str, tuple[str, ...]] = {}
        for element in self.by_id.values():
            if element.local in {"dataObjectReference", "dataStoreReference"} and (
                name := element.get("name")
            ):
                thing = bare(element.get("dataObjectRef") or element.get("dataStoreRef"))
                found[thing] = tuple(dict.fromkeys((*found.get(thing, ()), name)))
        return found

    @cached_property
    def shortens(self) -> bool:
        """Whether the model is of a family of engines that take an undeclared errorRef as the code itself."""
        family = any(word in space for space in self.root.prefixes.values() for word in _SHORTENING)
        return family and not any(each.local == "error" for each in self.root)

    @cached_property
    def writes_clocks(self) -> bool:
        """Whether the model is of the engines that write `5s` for a time and a signal by its bare name."""
        return any(space.startswith(_CLOCKS) for space in self.root.prefixes.values())

    def is_data(self, name: str) -> bool:
        """Whether data of that name are declared."""
        return any(each.local in DATA and each.get("name") == name for each in self.by_id.values())

    def find(self, element: Element, reference: str, *names: str) -> Element | None:
        """What an element refers to, if it is there and one of `names`."""
        del element
        found = self.by_id.get(bare(reference)) or self.by_id.get(reference.strip())
        return found if found is not None and found.local in names else None

    def expression(self, owner: str, element: Element | None, *, key: str = "") -> Expression | None:
        """The expression in an element; None when it is empty and not replaced."""
        text = element.text if element is not None else ""
        own = element.get("language") if element is not None else ""
        if element is not None and not text and (elsewhere := element.foreign("resource")):
            text, own = elsewhere, own or "a file beside the model"
        own = own or (self.language if "feel" in self.language.lower() else "")
        return self.text(owner, text, own, key=key, also=element.get("id") if element is not None else "")

    def text(
        self, owner: str, text: str, language: str = "", *, key: str = "", also: str = ""
    ) -> Expression | None:
        """The expression `text`, or its replacement; a finding on `owner` when it cannot be read."""
        instead = next((name for name in (key or owner, also) if name and name in self.replaced), None)
        if text.startswith(("${", "#{")) and "}" not in text:
            self.findings.error(owner, "The expression is cut off.")
            return None
        try:
            if instead is not None:
                self.used.add(instead)
                return expressions.adopt(Expression(text, None, language), self.replaced[instead])
            made = expressions.read(text, language, self.names) if text.strip() else None
        except FeelSyntaxError as error:
            self.findings.error(owner, sentence("not_feel", detail=joined(error.detail, error.hint or "")))
            return None
        if made is not None and made.feel is None and constants.is_cut_off(text, language):
            self.findings.error(
                owner, f"The expression “{_short(text)}” is cut off, or its brackets do not match."
            )
        return made

    def truth(self, owner: str, element: Element | None, *, key: str = "", strict: bool) -> Expression | None:
        """The condition in an element; a finding on `owner` when it can never be true or false."""
        made = self.expression(owner, element, key=key)
        if made is not None and constants.is_no_truth(made):
            said = "The condition “{}” is neither true nor false, whatever the data; write a comparison."
            self.findings.lack(owner, said.format(_short(made.text)), strict=strict)
        return made

    def spoken(self, name: str) -> bool:
        """Whether a word stands more than once in the model: something else may give it a value."""
        if self.words is None:
            found: Counter[str] = Counter()
            for element in self.root.walk():
                for said in (element.text, *element.attributes.values()):
                    found.update(_WORD.findall(said))
            self.words = found
        return self.words[name] > 1


def _short(text: str) -> str:
    """As much of a text as a sentence can hold."""
    said = " ".join(text.split())
    return said if len(said) <= _SHORT else f"{said[:_SHORT]}…"
