"""Random sound processes of every construct: blocks in blocks, each with one way in and one way out.

Every block knows how often its tasks have to be done, whatever the order in which people do them, as long
as time passes only while nobody has work.
"""

# ruff: noqa: E501 - a model is read best on one line

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.process.drawing import (
    DECLARED,
    boundary,
    catch,
    condition,
    end,
    flows,
    gate,
    model,
    on,
    start,
    sub,
    task,
    throw,
    timer,
)

ON_EVENT = 'triggeredByEvent="true"'
UNDO = "<compensateEventDefinition/>"


@dataclass
class Drawing:
    """A process under construction: its parts, and how often each task has to be done."""

    parts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    number: int = 0
    tasks: Counter[str] = field(default_factory=Counter)
    beside: list[str] = field(default_factory=list)
    """What stands in the definitions: called processes, signals, escalations."""

    def name(self, kind: str = "n") -> str:
        """A new id."""
        self.number += 1
        return f"{kind}{self.number}"

    def add(self, *parts: str) -> None:
        """Parts."""
        self.parts.extend(parts)

    def link(self, source: str, target: str, condition: str = "") -> None:
        """A flow."""
        self.links.append(f"{source}>{target}" + (f"[{condition}]" if condition else ""))

    def work(self, times: int, what: str = "userTask", inner: str = "", more: str = "") -> str:
        """A task that is done so often; where it lies is said by whoever asks for it."""
        name = self.name()
        self.tasks[name] += times
        self.parts.append(task(name, what=what, inner=inner, more=more))
        return name

    def inside(self, fill: Callable[["Drawing"], tuple[str, str]], ending: str = "") -> str:
        """The body of a scope: a start, what is filled in, an end with what it throws."""
        inner = Drawing(number=self.number)
        first, last = inner.name("s"), inner.name("e")
        entry, leave = fill(inner)
        inner.link(first, entry)
        inner.link(leave, last)
        self.number = inner.number
        self.tasks += inner.tasks
        self.beside += inner.beside
        return start(first) + end(last, ending) + "".join(inner.parts) + flows(" ".join(inner.links))

    def meeting(self, *ends: str) -> str:
        """Where several ways meet."""
        after = self.name("x")
        self.add(gate("exclusive", after))
        for each in ends:
            self.link(each, after)
        return after

    def declare(self, kind: str) -> str:
        """A signal or escalation of its own."""
        name = self.name(kind)
        code = f'escalationCode="{name}"' if kind == "escalation" else ""
        self.beside.append(f'<{kind} id="{name}" name="{name}" {code}/>')
        return on(kind, name)


Ends = tuple[str, str]


def repeated(drawing: Drawing, times: int, loop: str) -> Ends:
    """A task with a repetition."""
    name = drawing.work(times, inner=loop)
    return name, name


def one(part: Callable[[str], str]) -> Callable[[Drawing, int], Ends]:
    """A leaf of one element that is no work."""

    def make(drawing: Drawing, times: int) -> Ends:
        del times
        name = drawing.name()
        drawing.add(part(name))
        return name, name

    return make


def work(what: str) -> Callable[[Drawing, int], Ends]:
    """A leaf of one task of some kind."""

    def make(drawing: Drawing, times: int) -> Ends:
        name = drawing.work(times, what)
        return name, name

    return make


def several(count: int, more: str = "") -> str:
    """So many instances."""
    return f"<multiInstanceLoopCharacteristics {more}><loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>"


def linked(drawing: Drawing, times: int) -> Ends:
    """A jump."""
    del times
    out, back = drawing.name(), drawing.name()
    link = f'<linkEventDefinition name="{out}"/>'
    drawing.add(throw(out, link), catch(back, link))
    return out, back


def signalled(drawing: Drawing, times: int) -> Ends:
    """One branch wakes the other."""
    del times
    split, join, waits, throws = drawing.name("g"), drawing.name("g"), drawing.name(), drawing.name()
    said = drawing.declare("signal")
    drawing.add(gate("parallel", split, join), catch(waits, said), throw(throws, said))
    for source, target in ((split, waits), (split, throws), (waits, join), (throws, join)):
        drawing.link(source, target)
    return split, join


def guarded(drawing: Drawing, times: int) -> Ends:
    """Work with a timer at its border, which never fires."""
    name, event = drawing.work(times), drawing.name("b")
    drawing.add(boundary(event, name, timer("P1D")))
    return name, drawing.meeting(name, event)


def failing(drawing: Drawing, times: int) -> Ends:
    """A sub-process that may end in an error, and does."""
    name, event, bad, choice = (drawing.name() for _ in range(4))
    inner = Drawing(number=drawing.number)
    first, last, done = inner.name(), inner.name(), inner.work(times)
    inner.add(
        start(first),
        end(last),
        end(bad, on("error", "er")),
        gate("exclusive", choice, more=f'default="{choice}-{last}"'),
    )
    inner.links += [f"{first}>{done}", f"{done}>{choice}", f"{choice}>{bad}[true]", f"{choice}>{last}"]
    drawing.number, drawing.tasks = inner.number, drawing.tasks + inner.tasks
    drawing.add(
        sub(name, "".join(inner.parts) + flows(" ".join(inner.links))),
        boundary(event, name, on("error", "er")),
    )
    return name, drawing.meeting(name, event)


def taken_over(drawing: Drawing, times: int) -> Ends:
    """A sub-process whose event sub-process catches its error."""
    name, handler, begin, last = (drawing.name() for _ in range(4))
    inner = Drawing(number=drawing.number)
    helped = inner.work(times)
    body = (
        start(begin, on("error", "er"))
        + end(last)
        + "".join(inner.parts)
        + flows(f"{begin}>{helped} {helped}>{last}")
    )
    drawing.number, drawing.tasks = inner.number, drawing.tasks + inner.tasks
    drawing.add(
        sub(
            name,
            drawing.inside(lambda each: (each.work(times),) * 2, on("error", "er"))
            + sub(handler, body, ON_EVENT),
        )
    )
    return name, name


def raised(drawing: Drawing, times: int) -> Ends:
    """A quiet escalation, with work beside; and an event sub-process that hears it first elsewhere."""
    name, event, after = drawing.name(), drawing.name("b"), drawing.name()
    said = drawing.declare("escalation")

    def fill(inner: Drawing) -> Ends:
        hand, done = inner.name(), inner.work(times)
        inner.add(throw(hand, said))
        inner.link(hand, done)
        return hand, done

    beside = drawing.work(times)
    drawing.add(sub(name, drawing.inside(fill)), boundary(event, name, said, interrupting=False), end(after))
    drawing.link(event, beside)
    drawing.link(beside, after)
    return name, name


def listening(drawing: Drawing, times: int) -> Ends:
    """An event sub-process beside the work of its scope."""
    name, handler, begin, last = (drawing.name() for _ in range(4))
    said = drawing.declare("escalation")
    inner = Drawing(number=drawing.number)
    helped = inner.work(times)
    body = (
        start(begin, said, 'isInterrupting="false"')
        + end(last)
        + "".join(inner.parts)
        + flows(f"{begin}>{helped} {helped}>{last}")
    )
    drawing.number, drawing.tasks = inner.number, drawing.tasks + inner.tasks
    drawing.add(
        sub(name, drawing.inside(lambda each: (each.work(times),) * 2, said) + sub(handler, body, ON_EVENT))
    )
    return name, name


def undone(drawing: Drawing, times: int) -> Ends:
    """Work, and what undoes it."""
    name, event, asks = drawing.work(times), drawing.name("b"), drawing.name()
    handler = drawing.work(times, more='isForCompensation="true"')
    drawing.add(
        boundary(event, name, UNDO), throw(asks, f'<compensateEventDefinition activityRef="{name}"/>')
    )
    drawing.add(f'<association id="{event}a" sourceRef="{event}" targetRef="{handler}"/>')
    drawing.link(name, asks)
    return name, asks


def cancelled(drawing: Drawing, times: int) -> Ends:
    """A transaction that is cancelled."""
    name, event = drawing.name(), drawing.name("b")

    def fill(inner: Drawing) -> Ends:
        begin, asks = undone(inner, times)
        choice, bad = inner.name("x"), inner.name()
        inner.parts = [
            each for each in inner.parts if f'id="{asks}"' not in each
        ]  # what it did is undone as it ends
        inner.links = []
        inner.add(
            gate("exclusive", choice, more=f'default="{choice}-{bad}"'), end(bad, "<cancelEventDefinition/>")
        )
        inner.link(begin, choice)
        inner.link(choice, bad)
        inner.add(gate("exclusive", asks))
        inner.link(choice, asks, "false")
        return begin, asks

    drawing.add(
        sub(name, drawing.inside(fill), what="transaction"), boundary(event, name, "<cancelEventDefinition/>")
    )
    return name, drawing.meeting(name, event)


def terminated(drawing: Drawing, times: int) -> Ends:
    """A sub-process that ends at once although something in it waits."""
    name = drawing.name()

    def fill(inner: Drawing) -> Ends:
        split, waits, last, done = inner.name("g"), inner.name(), inner.name(), inner.work(times)
        inner.add(gate("parallel", split), catch(waits, timer("P9D")), end(last))
        for source, target in ((split, done), (split, waits), (waits, last)):
            inner.link(source, target)
        return split, done

    drawing.add(sub(name, drawing.inside(fill, "<terminateEventDefinition/>")))
    return name, name


def interrupted(drawing: Drawing, times: int) -> Ends:
    """Something that waits too long."""
    name, event, done = drawing.name(), drawing.name("b"), drawing.work(times)

    def fill(inner: Drawing) -> Ends:
        waits = inner.name()
        inner.add(catch(waits, timer("P9D")))
        return waits, waits

    drawing.add(sub(name, drawing.inside(fill)), boundary(event, name, timer("PT3H")))
    drawing.link(event, done)
    return name, drawing.meeting(name, done)


def counted(drawing: Drawing, times: int) -> Ends:
    """Two tokens leave, and two are needed."""
    first = drawing.work(times, more='completionQuantity="2"')
    second = drawing.work(times, more='startQuantity="2"')
    drawing.link(first, second)
    return first, second


def chosen(drawing: Drawing, times: int) -> Ends:
    """Conditions on the ways out of a task."""
    name = drawing.work(times, more='default=""')
    ways = drawing.work(times), drawing.work(0)
    drawing.parts = [each.replace('default=""', f'default="{name}-{ways[1]}"') for each in drawing.parts]
    drawing.link(name, ways[0], "true")
    drawing.link(name, ways[1])
    return name, drawing.meeting(*ways)


def any_order(drawing: Drawing, times: int) -> Ends:
    """An ad-hoc sub-process."""
    name, inner = drawing.name(), Drawing(number=drawing.number)
    for _ in range(2):
        inner.work(times)
    drawing.number, drawing.tasks = inner.number, drawing.tasks + inner.tasks
    drawing.add(sub(name, "".join(inner.parts), what="adHocSubProcess"))
    return name, name


def collected(drawing: Drawing, times: int) -> Ends:
    """An instance for each member of a list, each with a result."""
    name = drawing.name()
    drawing.tasks[name] += 2 * times
    inner = f'<extensionElements><zeebe:loopCharacteristics inputCollection="= [1, 2]" inputElement="member" outputCollection="all_{name}" outputElement="= result"/></extensionElements>'
    drawing.add(
        task(name, inner=f"<multiInstanceLoopCharacteristics>{inner}</multiInstanceLoopCharacteristics>")
    )
    return name, name


LEAVES: dict[str, Callable[[Drawing, int], Ends]] = {
    "task": work("userTask"),
    "plain task": work("task"),
    "manual task": work("manualTask"),
    "business rule": work("businessRuleTask"),
    "service": work("serviceTask"),
    "script": one(
        lambda name: (
            f'<scriptTask id="{name}" scriptFormat="feel"><script>{{{name}: 1}}</script></scriptTask>'
        )
    ),
    "nothing": one(throw),
    "send": one(lambda name: throw(name, on("message", "m2"))),
    "timer": one(lambda name: catch(name, timer("PT1H"))),
    "message": one(lambda name: catch(name, on("message", "m"))),
    "condition": one(lambda name: catch(name, condition("1 = 1"))),
    "receive": one(lambda name: f'<receiveTask id="{name}" messageRef="m"/>'),
    "either": one(lambda name: catch(name, on("message", "m") + timer("PT2H"))),
    "several": lambda drawing, times: repeated(drawing, 3 * times, several(3)),
    "in turn": lambda drawing, times: repeated(drawing, 2 * times, several(2, 'isSequential="true"')),
    "none": lambda drawing, times: repeated(drawing, 0 * times, several(0)),
    "looped": lambda drawing, times: repeated(
        drawing, 2 * times, '<standardLoopCharacteristics loopMaximum="2"/>'
    ),
    "collected": collected,
    "linked": linked,
    "signalled": signalled,
    "guarded": guarded,
    "failing": failing,
    "taken over": taken_over,
    "raised": raised,
    "listening": listening,
    "undone": undone,
    "cancelled": cancelled,
    "terminated": terminated,
    "interrupted": interrupted,
    "counted": counted,
    "chosen": chosen,
    "any order": any_order,
}
SCOPES: dict[str, tuple[int, str, str]] = {
    "sub": (1, "subProcess", ""),
    "transaction": (1, "transaction", ""),
    "instances": (2, "subProcess", several(2)),
    "instances in turn": (2, "subProcess", several(2, 'isSequential="true"')),
    "again": (2, "subProcess", '<standardLoopCharacteristics loopMaximum="2"/>'),
    "call": (1, "", ""),
    "calls": (2, "", several(2)),
}
"""How often the body is done, what it is drawn as (nothing: a called process), and its repetition."""
WAYS = ("parallel", "exclusive", "inclusive", "race", "complex", "discriminator")
BLOCKS = ("sequence", "loop", *WAYS, *SCOPES)


def block(drawing: Drawing, shape: Any, times: int) -> Ends:
    """A block with one entry and one exit."""
    if isinstance(shape, str):
        return LEAVES[shape](drawing, times)
    kind, inner = shape
    if kind == "sequence":
        return chain(drawing, inner, times)
    if kind in SCOPES:
        return scope(drawing, kind, inner, times)
    if kind == "loop":
        return loop(drawing, inner, times)
    return ways(drawing, kind, inner, times)


def scope(drawing: Drawing, kind: str, inner: Any, times: int) -> Ends:
    """A scope of its own."""
    name, (more, what, repetition) = drawing.name("p"), SCOPES[kind]
    body = drawing.inside(lambda each: chain(each, inner, times * more))
    if what:
        drawing.add(sub(name, repetition + body, what=what))
    else:
        drawing.beside.append(f'<process id="{name}q" isExecutable="true">{body}</process>')
        drawing.add(f'<callActivity id="{name}" calledElement="{name}q">{repetition}</callActivity>')
    return name, name


def loop(drawing: Drawing, inner: Any, times: int) -> Ends:
    """A way back that is not taken."""
    head, foot, out = (drawing.name("g") for _ in range(3))
    entry, leave = chain(drawing, inner, times)
    drawing.add(gate("exclusive", head, foot, out))
    drawing.link(head, entry)
    drawing.link(leave, foot)
    drawing.link(foot, head, "false")
    drawing.link(foot, out)
    return head, out


def ways(drawing: Drawing, kind: str, inner: Any, times: int) -> Ends:
    """Several ways that part and meet."""
    split, join = drawing.name("g"), drawing.name("g")
    everywhere = kind in {"parallel", "complex", "discriminator"}
    needed = {"complex": len(inner), "discriminator": 1}.get(kind)
    if needed is not None:
        drawing.add(gate("parallel", split))
        drawing.add(
            f'<complexGateway id="{join}"><activationCondition>activationCount >= {needed}</activationCondition></complexGateway>'
        )
    else:
        drawing.add(
            gate("eventBased" if kind == "race" else kind, split),
            gate(kind if kind in {"parallel", "inclusive"} else "exclusive", join),
        )
    for place, each in enumerate(inner):
        taken = everywhere or (kind == "inclusive" and place < 2) or place == 0
        entry, leave = block(drawing, each, times if taken else 0)
        if kind == "race":
            raced(drawing, split, entry, f"PT{place + 1}M")
        else:
            drawing.link(split, entry, "" if everywhere else str(taken).lower())
        drawing.link(leave, join)
    if kind == "race" and len(inner) < 2:
        raced(drawing, split, join, "P9D")
    return split, join


def raced(drawing: Drawing, split: str, target: str, after: str) -> None:
    """One event of a race."""
    head = drawing.name("c")
    drawing.add(catch(head, timer(after)))
    drawing.link(split, head)
    drawing.link(head, target)


def chain(drawing: Drawing, shapes: Any, times: int) -> Ends:
    """Blocks one after the other."""
    ends = [block(drawing, each, times) for each in shapes]
    for (_, leave), (entry, _) in pairwise(ends):
        drawing.link(leave, entry)
    return ends[0][0], ends[-1][1]


SHAPES = st.recursive(
    st.sampled_from(sorted(LEAVES)),
    lambda inner: st.tuples(st.sampled_from(BLOCKS), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=8,
)


def drawn(shapes: Any) -> tuple[bytes, Counter[str]]:
    """The model of some shapes, and how often each task has to be done in it."""
    drawing = Drawing()
    entry, leave = chain(drawing, shapes, 1)
    drawing.link("s", entry)
    drawing.link(leave, "e")
    body = start() + end() + "".join(drawing.parts) + flows(" ".join(drawing.links))
    return model(body, DECLARED + "".join(drawing.beside)), +drawing.tasks
