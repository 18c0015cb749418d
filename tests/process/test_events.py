"""Events: timers, messages, signals, conditions, links, races."""

# ruff: noqa: E501 - a model is read best on one line

from datetime import UTC, datetime

import pytest

from tests.process.drawing import (
    DECLARED,
    boundary,
    catch,
    condition,
    end,
    flows,
    gate,
    graph,
    model,
    on,
    play,
    start,
    sub,
    task,
    throw,
    timer,
    trace,
)  # fmt: skip
from tongban.process import engine

ENDS = start() + end()
WAIT = '<receiveTask id="w" messageRef="m"/>'
"""Something that lasts until it is paid."""


def test_a_timer_waits_its_time() -> None:
    """Time jumps there; a process of years is over at once."""
    body = ENDS + catch("t", timer("P2Y")) + flows("s>t t>e")
    assert trace(model(body)) == "s t e"


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [("PT10M", "PT5M", "b"), ("P1D", "PT25H", "a"), ("P1M", "P4W", "b"), ("PT0.5S", "PT1S", "a"), ("P3WD", "P5D", "a"),
     ("P5WD", "P6D", "b"), ("P5WD", "P8D", "a")],
)  # fmt: skip
def test_the_shorter_timer_wins(first: str, second: str, winner: str) -> None:
    """Durations of ISO 8601 and working days, from Monday 5 January 2026, 09:00 in Shanghai."""
    body = ENDS + gate("eventBased", "g") + catch("a", timer(first)) + catch("b", timer(second))
    assert trace(model(body + flows("s>g g>a g>b a>e b>e"))) == f"s g {winner} e"


def test_working_days_skip_the_spring_festival() -> None:
    """Two working days from Friday 13 February 2026 end after the holiday and its make-up days."""
    body = (
        ENDS
        + gate("eventBased", "g")
        + catch("wd", timer("P2WD"))
        + catch("d", timer("2026-02-26T00:00:00", "timeDate"))
    )
    data = model(body + flows("s>g g>wd g>d wd>e d>e"))
    assert trace(data, now="2026-02-13T09:00:00+08:00") == "s g wd e"
    earlier = data.replace(b"2026-02-26T", b"2026-02-20T")
    assert trace(earlier, now="2026-02-13T09:00:00+08:00") == "s g d e"


def test_days_may_be_marked_as_working_days() -> None:
    """`tongban:workdays` makes five days five working days."""
    marked = '<timerEventDefinition><timeDuration tongban:workdays="true">P5D</timeDuration></timerEventDefinition>'
    body = ENDS + gate("eventBased", "g") + catch("a", marked) + catch("b", timer("P6D"))
    assert trace(model(body + flows("s>g g>a g>b a>e b>e"))) == "s g b e"


@pytest.mark.parametrize(
    ("cron", "before", "later"),
    [("0 0/5 * * * ?", "PT4M", "PT5M1S"), ("0 0 9 ? * MON-FRI", "PT23H", "P1DT1S"), ("30 8 * * 1", "P6D", "P7D"),
     ("0 0 0 1 1 ? 2027", "P360D", "P361D")],
)  # fmt: skip
def test_a_cycle_may_be_a_cron_expression(cron: str, before: str, later: str) -> None:
    """Every five minutes; at nine on weekdays; on Monday at half past eight; on one day of one year."""
    body = ENDS + gate("eventBased", "g") + catch("c", timer(cron, "timeCycle")) + catch("d", timer(before))
    data = model(body + flows("s>g g>c g>d c>e d>e"))
    assert trace(data) == "s g d e"
    assert trace(data.replace(f">{before}<".encode(), f">{later}<".encode())) == "s g c e"


def test_a_timer_may_be_computed() -> None:
    """From a variable, or by FEEL."""
    body = (
        ENDS
        + catch("t", timer("= duration(wait)"))
        + catch("u", timer("until", "timeDate"))
        + flows("s>t t>u u>e")
    )
    assert trace(model(body), variables={"wait": "PT5M", "until": "2026-03-02T09:00:00"}) == "s t u e"
    outcome = play(model(body), variables={"wait": 5})
    assert (outcome.status, outcome.incidents[0]["code"]) == ("incident", "timer")


def test_an_interrupting_timer_ends_the_work() -> None:
    """Without payment after a day the case goes the other way."""
    body = (
        ENDS
        + end("e2")
        + WAIT
        + boundary("b", "w", timer("P1D"))
        + task("late")
        + flows("s>w w>e b>late late>e2")
    )
    data = model(body, DECLARED)
    assert trace(data) == "s b late e2"
    assert trace(data, messages=[{"name": "paid", "at": "PT23H"}]) == "s w e"


def test_a_repeated_timer_reminds_without_interrupting() -> None:
    """Three reminders at most, each with its own path."""
    body = (
        ENDS
        + end("e2")
        + WAIT
        + boundary("b", "w", timer("R3/P1D", "timeCycle"), interrupting=False)
        + task("mail")
    )
    body += flows("s>w w>e b>mail mail>e2")
    data = model(body, DECLARED)
    assert trace(data, messages=[{"name": "paid", "at": "P2DT1H"}]) == "s b mail e2 b mail e2 w e"
    assert trace(data, messages=[{"name": "paid", "at": "P9D"}]).count("mail") == 3


def test_work_that_takes_its_time_can_be_overtaken() -> None:
    """The script says how long a person needs."""
    body = ENDS + end("e2") + task("t") + boundary("b", "t", timer("PT2H")) + flows("s>t t>e b>e2")
    assert trace(model(body), answers={"t": [{"after": "PT1H"}]}) == "s t e"
    assert trace(model(body), answers={"t": [{"after": "PT3H"}]}) == "s b e2"


def test_a_message_brings_data() -> None:
    """What it carries is there afterwards."""
    body = (
        ENDS + catch("c", on("message", "m")) + gate("exclusive", "x", more='default="x-b"') + task("a", "b")
    )
    body += flows("s>c c>x x>a[amount_>_10] x>b a>e b>e")
    data = model(body, DECLARED)
    outcome = play(data, messages=[{"name": "paid", "at": 60, "set": {"amount": 20}}])
    assert (" ".join(outcome.trace), outcome.variables) == ("s c x a e", {"amount": 20})
    assert play(data).status == "waiting"


def test_a_message_twice_changes_nothing() -> None:
    """The second copy, known by its id, is not the next message."""
    body = ENDS + catch("c", on("message", "m")) + catch("d", on("message", "m")) + flows("s>c c>d d>e")
    data = model(body, DECLARED)
    twice = [{"name": "paid", "at": 1, "id": "1"}, {"name": "paid", "at": 2, "id": "1"}]
    assert play(data, messages=twice).trace == ("s", "c")
    assert trace(data, messages=[*twice, {"name": "paid", "at": 3, "id": "2"}]) == "s c d e"


def test_an_early_message_is_kept() -> None:
    """It comes while somebody still works, and is there when it is waited for."""
    body = ENDS + task("t") + catch("c", on("message", "m")) + flows("s>t t>c c>e")
    assert trace(model(body, DECLARED), answers={"t": [{"after": "P1D"}]}, messages=["paid"]) == "s t c e"


def test_an_interrupting_and_a_quiet_message() -> None:
    """A withdrawal ends the work, a payment is noted beside it."""
    for interrupting, expected in ((True, "s b n e2"), (False, "s b n e2 w e")):
        body = (
            ENDS
            + end("e2")
            + WAIT
            + boundary("b", "w", on("message", "m2"), interrupting=interrupting)
            + task("n")
        )
        body += flows("s>w w>e b>n n>e2")
        script = [{"name": "withdrawn", "at": 5}, {"name": "paid", "at": 9}]
        assert trace(model(body, DECLARED), messages=script) == expected


def test_a_message_finds_its_key() -> None:
    """Of two that wait, the one that is meant."""
    beside = '<message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="= order"/>'
    beside += "</extensionElements></message>"
    body = ENDS + '<receiveTask id="w" messageRef="m"><multiInstanceLoopCharacteristics><extensionElements>'
    body += '<zeebe:loopCharacteristics inputCollection="= orders" inputElement="order" '
    body += 'outputCollection="sums" outputElement="= sum"/></extensionElements></multiInstanceLoopCharacteristics></receiveTask>'
    outcome = play(
        model(body + flows("s>w w>e"), beside), variables={"orders": ["a", "b"]},
        messages=[{"name": "paid", "at": 1, "key": "b", "set": {"sum": 2}}, {"name": "paid", "at": 2, "key": "a", "set": {"sum": 1}}],
    )  # fmt: skip
    assert (outcome.status, outcome.variables["sums"]) == ("completed", [1, 2])


def test_a_signal_reaches_everybody() -> None:
    """Thrown inside, it wakes the other branch; from outside, all that wait."""
    body = (
        ENDS
        + gate("parallel", "f", "j")
        + catch("c", on("signal", "sg"))
        + task("t")
        + throw("th", on("signal", "sg"))
    )
    inside = model(body + flows("s>f f>c f>t t>th th>j c>j j>e"), DECLARED)
    assert trace(inside) == "s f t th c j e"
    body = ENDS + gate("parallel", "f", "j") + catch("c", on("signal", "sg")) + catch("d", on("signal", "sg"))
    outside = model(body + flows("s>f f>c f>d c>j d>j j>e"), DECLARED)
    assert trace(outside, signals=[{"name": "alarm", "at": 5}]) == "s f c d j e"


def test_a_signal_is_not_kept() -> None:
    """Who does not wait yet has missed it."""
    body = ENDS + task("t") + catch("c", on("signal", "sg")) + flows("s>t t>c c>e")
    outcome = play(model(body, DECLARED), answers={"t": [{"after": 9}]}, signals=[{"name": "alarm", "at": 5}])
    assert outcome.status == "waiting"


def test_a_condition_lets_go_when_it_becomes_true() -> None:
    """At once when it holds already, else when a value changes."""
    body = (
        ENDS
        + gate("parallel", "f", "j")
        + catch("c", condition("n > 1"))
        + task("t")
        + flows("s>f f>c f>t t>j c>j j>e")
    )
    assert trace(model(body), variables={"n": 2}) == "s f c t j e"
    assert trace(model(body), variables={"n": 0}, answers={"t": [{"set": {"n": 3}}]}) == "s f t c j e"


def test_a_condition_at_the_border_interrupts() -> None:
    """A change inside the sub-process ends it."""
    inner = start("s1") + task("t1", "t2") + end("e1") + flows("s1>t1 t1>t2 t2>e1")
    body = (
        ENDS + end("e2") + sub("p1", inner) + boundary("b", "p1", condition("stop")) + flows("s>p1 p1>e b>e2")
    )
    assert trace(model(body), answers={"t1": [{"set": {"stop": True}}]}) == "s s1 t1 b e2"
    assert trace(model(body)) == "s s1 t1 t2 e1 p1 e"


def test_a_quiet_condition_happens_each_time_it_becomes_true() -> None:
    """Not while it stays true."""
    inner = start("s1") + task("t1", "t2", "t3", "t4") + end("e1") + flows("s1>t1 t1>t2 t2>t3 t3>t4 t4>e1")
    body = ENDS + end("e2") + sub("p1", inner) + boundary("b", "p1", condition("n > 0"), interrupting=False)
    steps = {f"t{k}": [{"set": {"n": n}}] for k, n in ((1, 1), (2, 2), (3, 0), (4, 5))}
    assert trace(model(body + flows("s>p1 p1>e b>e2")), answers=steps).split().count("b") == 2


def test_a_link_jumps() -> None:
    """Both ends are told."""
    link = '<linkEventDefinition name="L"/>'
    body = ENDS + task("a", "b") + throw("out", link) + catch("in", link) + flows("s>a a>out in>b b>e")
    assert trace(model(body)) == "s a out in b e"


def test_a_race_is_won_once() -> None:
    """Message or receive task, signal, timer: the first decides, the others are forgotten."""
    body = ENDS + gate("eventBased", "g") + catch("b", timer("P1D")) + catch("c", on("signal", "sg"))
    body += flows("s>g g>a g>b g>c a>e b>e c>e")
    for waits in (catch("a", on("message", "m")), '<receiveTask id="a" messageRef="m"/>'):
        data = model(body + waits, DECLARED)
        assert trace(data) == "s g b e"
        both = {"messages": [{"name": "paid", "at": 5}], "signals": [{"name": "alarm", "at": 6}]}
        assert trace(data, **both) == "s g a e"
        assert trace(data, signals=[{"name": "alarm", "at": "PT1H"}]) == "s g c e"


def test_any_of_several_definitions_or_all_of_them() -> None:
    """A multiple event takes the first; a parallel multiple one waits for all."""
    both = on("message", "m") + on("signal", "sg")
    body = ENDS + catch("c", both) + flows("s>c c>e")
    message, signal = [{"name": "paid", "at": 5}], [{"name": "alarm", "at": 9}]
    assert trace(model(body, DECLARED), messages=message) == "s c e"
    every = model(body.replace('id="c"', 'id="c" parallelMultiple="true"'), DECLARED)
    assert play(every, messages=message).status == "waiting"
    assert trace(every, messages=message, signals=signal) == "s c e"


def test_an_end_event_may_throw_several_things() -> None:
    """A signal that another branch waits for, and a message to the outside."""
    body = start() + end("e") + end("e2", on("signal", "sg") + on("message", "m")) + gate("parallel", "f")
    body += catch("c", on("signal", "sg")) + flows("s>f f>c f>e2 c>e")
    assert trace(model(body, DECLARED)) == "s f e2 c e"


def test_a_process_begins_with_what_it_waits_for() -> None:
    """Message, signal and timer starts; the first message starts, the second goes on."""
    body = start(inner=on("message", "m")) + catch("c", on("message", "m2")) + end() + flows("s>c c>e")
    data = model(body, DECLARED)
    script = [{"name": "paid", "at": 5, "set": {"n": 1}}, {"name": "withdrawn", "at": 7}]
    outcome = play(data, messages=script)
    assert (" ".join(outcome.trace), outcome.variables, outcome.status) == ("s c e", {"n": 1}, "completed")
    assert (
        trace(model(start(inner=on("signal", "sg")) + end() + flows("s>e"), DECLARED), signals=["alarm"])
        == "s e"
    )
    assert trace(model(start(inner=timer("PT1H")) + end() + flows("s>e"))) == "s e"
    assert trace(model(start(inner=timer("R/P1D", "timeCycle")) + end() + flows("s>e"))) == "s e"


def test_pools_talk_by_message_flows() -> None:
    """The customer's message starts the office; its answer lets the customer go on."""
    customer = (
        start("s")
        + '<sendTask id="ask"/>'
        + catch("answer", on("message"))
        + end("e")
        + flows("s>ask ask>answer answer>e")
    )
    office = start("os", on("message")) + task("work") + end("oe", on("message")) + flows("os>work work>oe")
    from tests.process.drawing import HEAD

    data = (
        f'{HEAD}<collaboration id="c"><participant id="P1" processRef="p1"/><participant id="P2" processRef="p2"/>'
        '<messageFlow id="m1" sourceRef="ask" targetRef="os"/><messageFlow id="m2" sourceRef="oe" targetRef="answer"/>'
        f'</collaboration><process id="p1" isExecutable="true">{customer}</process>'
        f'<process id="p2" isExecutable="true">{office}</process></definitions>'
    ).encode()
    assert trace(data) == "s ask os work oe answer e"


def test_a_start_that_needs_several_events_waits_for_all() -> None:
    """One of them is not enough, and what each brings is there."""
    both = on("signal", "sg") + on("message", "m")
    data = model(start("s", both, 'parallelMultiple="true"') + end() + flows("s>e"), DECLARED)
    alarm = {"name": "alarm", "at": "PT1H", "set": {"a": 1}}
    outcome = play(data, signals=[alarm], messages=[{"name": "paid", "at": "PT2H", "set": {"b": 2}}])
    assert (outcome.trace, outcome.variables) == (("s", "e"), {"a": 1, "b": 2})
    assert play(data, signals=[alarm, alarm]).trace == ()


def test_a_gateway_may_begin_a_process() -> None:
    """By the first event that comes, or, being parallel, by the first and then the others."""
    waits = catch("c1", on("message", "m")) + catch("c2", on("message", "m2"))
    one = gate("eventBased", "g", more='instantiate="true"') + waits + end() + flows("g>c1 g>c2 c1>e c2>e")
    late, early = {"name": "paid", "at": "PT2H"}, {"name": "withdrawn", "at": "PT1H"}
    assert trace(model(one, DECLARED), messages=[early]) == "g c2 e"
    parallel = one.replace('instantiate="true"', 'instantiate="true" eventGatewayType="Parallel"')
    parallel = parallel.replace(flows("c1>e c2>e"), "") + gate("parallel", "j") + flows("c1>j c2>j j>e")
    assert trace(model(parallel, DECLARED), messages=[early, late]) == "g c2 c1 j e"


def on_event(identity: str, inner: str, ending: str = "", more: str = "") -> str:
    """An event sub-process that does nothing but end."""
    body = (
        start(f"{identity}s", inner, more) + end(f"{identity}e", ending) + flows(f"{identity}s>{identity}e")
    )
    return sub(identity, body, 'triggeredByEvent="true"')


def test_what_an_event_sub_process_raises_is_for_others() -> None:
    """An escalation that is raised again goes to the border, not to where it comes from."""
    inner = start("us") + throw("x", on("escalation", "es")) + end("ue") + flows("us>x x>ue")
    inner += on_event("h", on("escalation", "es"), on("escalation", "es"), 'isInterrupting="false"')
    body = start() + sub("u", inner) + end() + end("e2")
    body += boundary("b", "u", on("escalation", "es"), interrupting=False) + flows("s>u u>e b>e2")
    assert trace(model(body, DECLARED)) == "s us x hs ue he b h u e2 e"


def test_the_timer_of_an_event_sub_process_without_a_time_is_an_incident() -> None:
    """The process goes on without it; told the time, it sets the timer."""
    body = start() + task("t") + end() + on_event("h", timer("=when")) + flows("s>t t>e")
    outcome = play(model(body))
    assert (outcome.status, outcome.trace) == ("incident", ("s", "t", "e"))
    assert [each["element"] for each in outcome.incidents] == ["hs"]
    drawn = graph(model(body))
    now = datetime(2026, 1, 5, 9, tzinfo=UTC)
    state, told = engine.step(drawn, engine.new(drawn, "p"), engine.Start(), now)
    held = next(each for each in told if each["type"] == "incident")
    state, told = engine.step(drawn, state, engine.Retry(held["id"]), now)
    assert [each["type"] for each in told] == ["incident"]
    known = engine.Retry(state["incidents"][0]["id"], {"when": "PT1H"})
    state, told = engine.step(drawn, state, known, now)
    assert [each["type"] for each in told] == ["solved"]
    assert engine.next_due(state) == datetime(2026, 1, 5, 10, tzinfo=UTC)
