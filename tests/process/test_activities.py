"""Activities: sub-processes, calls, repetition, scripts, data."""

# ruff: noqa: E501 - a model is read best on one line

import pytest

from tests.process.drawing import (
    DECLARED,
    boundary,
    catch,
    end,
    flows,
    gate,
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

ENDS = start() + end()
INNER = start("s1") + task("t1") + end("e1") + flows("s1>t1 t1>e1")


def several(inner: str = "", more: str = "") -> str:
    """Multi-instance marker."""
    return f"<multiInstanceLoopCharacteristics {more}>{inner}</multiInstanceLoopCharacteristics>"


def test_a_sub_process_is_done_after_its_parts() -> None:
    """Nested, too."""
    body = (
        ENDS + sub("p1", start("a") + sub("p2", INNER) + end("b") + flows("a>p2 p2>b")) + flows("s>p1 p1>e")
    )
    assert trace(model(body)) == "s a s1 t1 e1 p2 b p1 e"


def test_a_sub_process_waits_for_all_its_tokens() -> None:
    """Two ends, two tokens; it is left once."""
    inner = start("s1") + gate("parallel", "f") + task("a", "b", "b2") + end("e1") + end("e2")
    inner += flows("s1>f f>a f>b b>b2 a>e1 b2>e2")
    assert trace(model(ENDS + sub("p1", inner) + flows("s>p1 p1>e"))) == "s s1 f a e1 b b2 e2 p1 e"


def test_a_terminating_end_ends_its_own_scope() -> None:
    """In a sub-process only that; at the top everything."""
    inner = start("s1") + gate("parallel", "f") + task("a") + catch("c", timer("P1D"))
    inner += end("e1", "<terminateEventDefinition/>") + end("e2") + flows("s1>f f>a f>c a>e1 c>e2")
    assert trace(model(ENDS + sub("p1", inner) + flows("s>p1 p1>e"))) == "s s1 f a e1 p1 e"
    assert trace(model(inner)) == "s1 f a e1"


def test_an_error_ends_the_sub_process() -> None:
    """The event that names the code is nearer than the one that catches everything."""
    inner = (
        start("s1")
        + gate("parallel", "f")
        + catch("c", timer("P1D"))
        + end("e1")
        + end("bad", on("error", "er"))
    )
    inner += flows("s1>f f>c f>bad c>e1")
    body = (
        ENDS
        + end("any")
        + end("one")
        + sub("p1", inner)
        + boundary("b0", "p1", on("error"))
        + boundary("b1", "p1", on("error", "er"))
    )
    assert trace(model(body + flows("s>p1 p1>e b0>any b1>one"), DECLARED)) == "s s1 f bad b1 one"
    other = body.replace('errorRef="er"/></endEvent>', 'errorRef="er2"/></endEvent>')
    assert trace(model(other + flows("s>p1 p1>e b0>any b1>one"), DECLARED)) == "s s1 f bad b0 any"


def test_work_may_end_in_an_error() -> None:
    """At its own border, further out, or as an incident; the second try goes well."""
    body = ENDS + end("e2") + task("t") + boundary("b", "t", on("error", "er")) + flows("s>t t>e b>e2")
    assert trace(model(body, DECLARED), answers={"t": [{"error": "E1"}]}) == "s b e2"
    outer = ENDS + end("e2") + sub("p1", INNER) + boundary("b", "p1", on("error")) + flows("s>p1 p1>e b>e2")
    assert trace(model(outer), answers={"t1": [{"error": "E9"}]}) == "s s1 b e2"
    outcome = play(model(body, DECLARED), answers={"t": [{"error": "E2"}]})
    assert (outcome.status, outcome.incidents[0]["element"]) == ("incident", "t")
    again = (
        ENDS + task("t") + boundary("b", "t", on("error")) + gate("exclusive", "x") + flows("s>x x>t t>e b>x")
    )
    assert trace(model(again), answers={"t": [{"error": "a"}, {"error": "b"}]}) == "s x b x b x t e"


def test_an_error_that_nobody_catches_is_an_incident() -> None:
    """The end event stays open and says so."""
    outcome = play(model(start() + end("e", on("error", "er")) + flows("s>e"), DECLARED))
    assert (outcome.status, outcome.trace, outcome.incidents[0]["element"]) == ("incident", ("s",), "e")


def test_an_escalation_interrupts_or_does_not() -> None:
    """A quiet one lets the work go on; one that nobody catches is forgotten."""
    inner = (
        start("s1")
        + throw("up", on("escalation", "es"))
        + task("t1")
        + end("e1")
        + flows("s1>up up>t1 t1>e1")
    )
    for interrupting, expected in ((False, "s s1 up b n e2 t1 e1 p1 e"), (True, "s s1 up b n e2")):
        body = (
            ENDS
            + end("e2")
            + sub("p1", inner)
            + task("n")
            + boundary("b", "p1", on("escalation", "es"), interrupting=interrupting)
        )
        made = trace(model(body + flows("s>p1 p1>e b>n n>e2"), DECLARED))
        assert sorted(made.split()) == sorted(expected.split())
    assert trace(model(ENDS + sub("p1", inner) + flows("s>p1 p1>e"), DECLARED)) == "s s1 up t1 e1 p1 e"


def test_work_may_escalate() -> None:
    """It raises a hand and is then done."""
    body = (
        ENDS
        + end("e2")
        + task("t")
        + boundary("b", "t", on("escalation", "es"), interrupting=False)
        + flows("s>t t>e b>e2")
    )
    assert trace(model(body, DECLARED), answers={"t": [{"escalation": "X1"}]}) == "s b e2 t e"
    hard = body.replace('cancelActivity="false"', 'cancelActivity="true"')
    assert trace(model(hard, DECLARED), answers={"t": [{"escalation": "X1"}]}) == "s b e2"


def test_an_event_sub_process_takes_over() -> None:
    """Interrupting: what ran is dropped, and its scope is done with it."""
    handler = (
        start("hs", on("message", "m"), 'isInterrupting="true"') + task("h") + end("he") + flows("hs>h h>he")
    )
    inner = (
        start("s1")
        + catch("c", timer("P9D"))
        + end("e1")
        + flows("s1>c c>e1")
        + sub("hp", handler, 'triggeredByEvent="true"')
    )
    data = model(ENDS + sub("p1", inner) + flows("s>p1 p1>e"), DECLARED)
    assert trace(data, messages=[{"name": "paid", "at": "P1D"}]) == "s s1 hs h he hp p1 e"
    assert trace(data) == "s s1 c e1 p1 e"


def test_an_event_sub_process_runs_beside() -> None:
    """Not interrupting: as often as the event comes, and its scope waits for it."""
    handler = (
        start("hs", on("message", "m"), 'isInterrupting="false"') + task("h") + end("he") + flows("hs>h h>he")
    )
    body = (
        start()
        + catch("c", timer("P2D"))
        + end()
        + flows("s>c c>e")
        + sub("hp", handler, 'triggeredByEvent="true"')
    )
    script = [{"name": "paid", "at": "PT1H"}, {"name": "paid", "at": "PT2H"}]
    assert trace(model(body, DECLARED), messages=script) == "s hs h he hp hs h he hp c e"


def test_an_event_sub_process_catches_errors_and_time() -> None:
    """Before the border of its scope does."""
    handler = start("hs", on("error", "er")) + end("he") + flows("hs>he")
    inner = (
        start("s1")
        + task("t1")
        + end("e1")
        + flows("s1>t1 t1>e1")
        + sub("hp", handler, 'triggeredByEvent="true"')
    )
    body = ENDS + end("e2") + sub("p1", inner) + boundary("b", "p1", on("error")) + flows("s>p1 p1>e b>e2")
    assert trace(model(body, DECLARED), answers={"t1": [{"error": "E1"}]}) == "s s1 hs he hp p1 e"
    assert trace(model(body, DECLARED), answers={"t1": [{"error": "E2"}]}) == "s s1 b e2"
    rethrow = handler.replace('<endEvent id="he">', '<endEvent id="he"><errorEventDefinition errorRef="er"/>')
    assert (
        trace(model(body.replace(handler, rethrow), DECLARED), answers={"t1": [{"error": "E1"}]})
        == "s s1 hs he b e2"
    )
    timed = start("hs", timer("R2/PT1H", "timeCycle"), 'isInterrupting="false"') + end("he") + flows("hs>he")
    body = (
        start()
        + catch("c", timer("P2D"))
        + end()
        + flows("s>c c>e")
        + sub("hp", timed, 'triggeredByEvent="true"')
    )
    assert trace(model(body)) == "s hs he hp hs he hp c e"


@pytest.mark.parametrize(("sequential", "expected"), [("true", "s t t t e"), ("false", "s t t t e")])
def test_an_activity_is_done_several_times(sequential: str, expected: str) -> None:
    """By number, by list, one after the other or at once."""
    by_number = several("<loopCardinality>3</loopCardinality>", f'isSequential="{sequential}"')
    assert trace(model(ENDS + task("t", inner=by_number) + flows("s>t t>e"))) == expected
    by_list = several(
        "", f'isSequential="{sequential}" camunda:collection="people" camunda:elementVariable="who"'
    )
    data = model(ENDS + task("t", inner=by_list) + flows("s>t t>e"))
    assert trace(data, variables={"people": ["a", "b", "c"]}) == expected
    assert trace(data, variables={"people": []}) == "s e"
    assert play(data, variables={"people": 3}).incidents[0]["code"] == "collection"


def test_enough_instances_end_the_rest() -> None:
    """Two of four are enough."""
    inner = several(
        "<loopCardinality>4</loopCardinality><completionCondition>numberOfCompletedInstances >= 2</completionCondition>"
    )
    assert trace(model(ENDS + task("t", inner=inner) + flows("s>t t>e"))) == "s t t e"


def test_a_sub_process_for_each_member() -> None:
    """Each with its own data; results in the order of the list."""
    loop = '<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection="= sums" '
    loop += 'inputElement="n" outputCollection="doubled" outputElement="= n * 2"/></extensionElements></multiInstanceLoopCharacteristics>'
    outcome = play(model(ENDS + sub("p1", INNER + loop) + flows("s>p1 p1>e")), variables={"sums": [1, 2]})
    assert " ".join(outcome.trace) == "s s1 s1 t1 e1 p1 t1 e1 p1 e"
    assert outcome.variables == {"sums": [1, 2], "doubled": [2, 4]}


def test_a_border_event_belongs_to_all_instances() -> None:
    """An error in one ends them all; time does, too."""
    loop = several("<loopCardinality>3</loopCardinality>")
    body = ENDS + end("e2") + task("t", inner=loop) + boundary("b", "t", on("error")) + flows("s>t t>e b>e2")
    assert trace(model(body), answers={"t": [{}, {"error": "x"}]}) == "s t b e2"
    waits = f'<receiveTask id="t" messageRef="m">{loop}</receiveTask>'
    body = ENDS + end("e2") + waits + boundary("b", "t", timer("P1D")) + flows("s>t t>e b>e2")
    assert trace(model(body, DECLARED), messages=["paid", "paid"]) == "s t t b e2"


def test_a_loop_goes_on_while_its_condition_holds() -> None:
    """Asked after, or before; never more often than allowed."""
    answers = {"t": [{"set": {"again": True}}, {"set": {"again": True}}, {"set": {"again": False}}]}

    def loop(more: str) -> bytes:
        inner = f"<standardLoopCharacteristics {more}><loopCondition>again</loopCondition></standardLoopCharacteristics>"
        return model(ENDS + task("t", inner=inner) + flows("s>t t>e"))

    assert trace(loop(""), answers=answers) == "s t t t e"
    assert trace(loop('loopMaximum="2"'), answers=answers) == "s t t e"
    assert trace(loop('testBefore="true"'), answers=answers) == "s e"
    assert trace(loop('testBefore="true"'), answers=answers, variables={"again": True}) == "s t t t e"


def test_an_ad_hoc_sub_process_does_what_it_holds() -> None:
    """All its activities, at once or one by one, until it is enough."""
    inner = task("a", "b", "c") + flows("a>c")
    at_once = sub("h", inner, what="adHocSubProcess")
    assert trace(model(ENDS + at_once + flows("s>h h>e"))) == "s a b c h e"
    one = sub("h", inner, 'ordering="Sequential"', what="adHocSubProcess")
    assert trace(model(ENDS + one + flows("s>h h>e"))) == "s a c b h e"
    enough = sub("h", inner + "<completionCondition>ok</completionCondition>", what="adHocSubProcess")
    assert trace(model(ENDS + enough + flows("s>h h>e")), answers={"a": [{"set": {"ok": True}}]}) == "s a h e"


def test_a_called_process_gives_its_data_back() -> None:
    """Its elements are in the trace, its errors reach the border of the call."""
    called = start("cs") + task("ct") + end("ce") + flows("cs>ct ct>ce")
    body = (
        ENDS
        + end("e2")
        + '<callActivity id="call" calledElement="q"/>'
        + boundary("b", "call", on("error", "er"))
    )
    data = model(
        body + flows("s>call call>e b>e2"),
        DECLARED + f'<process id="q" isExecutable="true">{called}</process>',
    )
    outcome = play(data, variables={"n": 1}, answers={"ct": [{"set": {"n": 2}}]})
    assert (" ".join(outcome.trace), outcome.variables) == ("s cs ct ce call e", {"n": 2})
    assert trace(data, answers={"ct": [{"error": "E1"}]}) == "s cs b e2"
    mapped = '<extensionElements><camunda:in source="n" target="m"/><camunda:out source="r" target="k"/></extensionElements>'
    data = data.replace(b'calledElement="q"/>', f'calledElement="q">{mapped}</callActivity>'.encode())
    outcome = play(data, variables={"n": 1, "other": 5}, answers={"ct": [{"set": {"r": 2, "x": 3}}]})
    assert outcome.variables == {"n": 1, "other": 5, "k": 2}


def test_calls_within_calls_are_bounded() -> None:
    """A process that may call itself for ever is stopped with a reason."""
    body = (
        ENDS + gate("exclusive", "x", more='default="x-call"') + '<callActivity id="call" calledElement="p"/>'
    )
    outcome = play(model(body + flows("s>x x>e[stop] x>call call>e")))
    assert (outcome.status, outcome.incidents[0]["code"]) == ("incident", "calls")


def test_a_script_in_feel_sets_variables() -> None:
    """A context sets several, a result variable one; other languages do nothing unless answered."""
    body = (
        ENDS
        + '<scriptTask id="a" scriptFormat="feel"><script>{sum: price * 2, tax: sum * 0.1}</script></scriptTask>'
    )
    body += '<scriptTask id="b" camunda:resultVariable="r"><script>= sum + tax</script></scriptTask>'
    body += '<scriptTask id="c" scriptFormat="javascript"><script>x = 1;</script></scriptTask>'
    outcome = play(
        model(body + flows("s>a a>b b>c c>e")), variables={"price": 5}, answers={"c": [{"set": {"x": 7}}]}
    )
    assert outcome.status == "completed"
    assert outcome.variables == {"price": 5, "sum": 10, "tax": 1, "r": 11, "x": 7}


def test_data_goes_in_and_out() -> None:
    """Mapped inputs are local; mapped outputs are all that comes out."""
    mapping = '<extensionElements><zeebe:ioMapping><zeebe:input source="= n + 1" target="local"/>'
    mapping += (
        '<zeebe:output source="= local + answer" target="result"/></zeebe:ioMapping></extensionElements>'
    )
    outcome = play(
        model(ENDS + task("t", inner=mapping) + flows("s>t t>e")),
        variables={"n": 1},
        answers={"t": [{"set": {"answer": 5}}]},
    )
    assert outcome.variables == {"n": 1, "result": 7}


def test_data_objects_are_variables() -> None:
    """What an activity gives to a data object is read by its name, blanks and all."""
    body = (
        ENDS
        + '<dataObject id="d" name="Vacation Approval"/><dataObjectReference id="dr" dataObjectRef="d" name="Vacation Approval"/>'
    )
    body += task("t", inner='<ioSpecification><dataOutput id="o" name="decision"/></ioSpecification><dataOutputAssociation>'
                 "<sourceRef>o</sourceRef><targetRef>dr</targetRef></dataOutputAssociation>")  # fmt: skip
    body += (
        gate("exclusive", "x", more='default="x-e"')
        + task("a")
        + flows("s>t t>x x>a[Vacation_Approval_=_true] x>e a>e")
    )
    assert trace(model(body), answers={"t": [{"set": {"decision": True}}]}) == "s t x a e"
    assert trace(model(body), answers={"t": [{"set": {"decision": False}}]}) == "s t x e"


def test_several_tokens_start_or_leave_an_activity() -> None:
    """`startQuantity` and `completionQuantity`."""
    body = (
        ENDS
        + gate("parallel", "f")
        + task("a", "b")
        + task("t", more='startQuantity="2"')
        + flows("s>f f>a f>b a>t b>t t>e")
    )
    assert trace(model(body)) == "s f a b t e"
    assert trace(model(ENDS + task("t", more='completionQuantity="2"') + flows("s>t t>e"))) == "s t e e"


def test_lanes_and_notes_change_nothing() -> None:
    """They are for people."""
    beside = '<laneSet id="ls"><lane id="l" name="Clerk"><flowNodeRef>t</flowNodeRef></lane></laneSet><textAnnotation id="n"/>'
    assert trace(model(beside + ENDS + task("t") + flows("s>t t>e"))) == "s t e"


def test_a_process_without_start_event_begins_with_what_nothing_leads_to() -> None:
    """As the standard says."""
    assert trace(model(task("a", "b", "c") + gate("parallel", "j") + flows("a>j b>j j>c"))) == "a b j c"


def test_an_endless_circle_is_stopped() -> None:
    """Without a pause within one step, with work after many."""
    body = ENDS + gate("exclusive", "x", "y", more="") + flows("s>x x>y y>e[stop]") + flows("y>x[true]")
    outcome = play(model(body))
    assert (outcome.status, outcome.incidents[0]["code"]) == ("incident", "endless")
    body = (
        ENDS
        + gate("exclusive", "x")
        + gate("exclusive", "y")
        + task("t")
        + flows("s>x x>t t>y y>e[stop] y>x[true]")
    )
    assert play(model(body)).incidents[0]["code"] == "endless"


def test_the_data_may_say_which_process_is_called() -> None:
    """An expression in place of the name; a process that is not here is done like a task."""
    called = '<process id="q" isExecutable="true">' + start("qs") + end("qe") + flows("qs>qe") + "</process>"
    for written in ("=which", "${which}"):
        body = ENDS + f'<callActivity id="c" calledElement="{written}"/>' + flows("s>c c>e")
        assert trace(model(body, called), variables={"which": "q"}) == "s qs qe c e"
        assert trace(model(body, called), variables={"which": "elsewhere"}) == "s c e"


def test_what_counts_the_calls_stays_with_them() -> None:
    """A called process gives back its data, not the counter and member that it was called with."""
    called = (
        '<process id="q" isExecutable="true">'
        + start("qs")
        + task("t")
        + end("qe")
        + flows("qs>t t>qe")
        + "</process>"
    )
    body = (
        ENDS
        + f'<callActivity id="c" calledElement="q">{several("<loopCardinality>2</loopCardinality>")}</callActivity>'
    )
    outcome = play(model(body + flows("s>c c>e"), called), answers={"t": [{"set": {"x": 1}}]})
    assert outcome.variables == {"x": 1}
