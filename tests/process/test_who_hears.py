"""Who hears a signal or message that is sent just as others arrive, or before their process has begun."""

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
    trace,
)

SIGNAL = on("signal", "sg")
ENDS = start() + end()


@pytest.mark.parametrize("order", ["f>c f>x", "f>x f>c"])
@pytest.mark.parametrize(
    "listener",
    [
        catch("c", SIGNAL) + flows("c>t"),
        gate("eventBased", "c") + catch("c1", SIGNAL) + catch("c2", on("message", "m")) + flows("c>c1 c>c2 c1>t c2>t"),
        task("c") + boundary("b", "c", SIGNAL) + end("ce") + flows("c>ce b>t"),
        sub("c", start("cs") + task("ct") + end("ce") + flows("cs>ct ct>ce")) + boundary("b", "c", SIGNAL) + end("cf") + flows("c>cf b>t"),
        sub("c", start("cs") + task("ct") + end("ce") + flows("cs>ct ct>ce") + sub("h", start("hs", SIGNAL) + end("he") + flows("hs>he"), 'triggeredByEvent="true"')) + flows("c>t"),
    ],
    ids=["event", "race", "border", "border of a sub-process", "event sub-process"],
)  # fmt: skip
def test_who_is_there_hears_the_signal_whatever_is_drawn_first(order: str, listener: str) -> None:
    """A gateway sends its tokens all at once; the order of its flows does not decide who hears."""
    body = (
        ENDS
        + gate("parallel", "f")
        + listener
        + throw("x", SIGNAL)
        + task("t")
        + end("xe")
        + flows(f"s>f {order} x>xe t>e")
    )
    outcome = play(model(body, DECLARED))
    assert (outcome.status, outcome.trace.count("t")) == ("completed", 1), outcome


def test_who_is_on_the_way_does_not_hear_it() -> None:
    """A signal is not kept for those who have work to do first."""
    body = (
        ENDS
        + gate("parallel", "f")
        + task("w", "t")
        + catch("c", SIGNAL)
        + throw("x", SIGNAL)
        + end("xe")
        + flows("s>f f>w w>c c>t t>e f>x x>xe")
    )
    outcome = play(model(body, DECLARED))
    assert (outcome.status, outcome.trace) == ("waiting", ("s", "f", "x", "xe", "w"))


def partners(first: str, target: str) -> bytes:
    """A process that sends a message to an element of its partner."""
    body = ENDS + throw("x", on("message", "m")) + flows("s>x x>e")
    partner = f'<process id="q" isExecutable="true">{first}{end("qe")}</process>'
    pools = '<participant id="P" processRef="p"/><participant id="Q" processRef="q"/>'
    flow = f'<messageFlow id="mf" sourceRef="x" targetRef="{target}"/>'
    return model(body, f"{DECLARED}{partner}<collaboration id='C'>{pools}{flow}</collaboration>")


def test_a_message_begins_the_partner_that_waits_for_just_it() -> None:
    """By a task that receives, or the gateway before the event that it is for."""
    task_first = '<receiveTask id="r" instantiate="true" messageRef="m"/>' + flows("r>qe")
    assert trace(partners(task_first, "r")) == "s x r qe e"
    race = (
        gate("eventBased", "g", more='instantiate="true"')
        + catch("a", on("message", "m"))
        + catch("b", on("message", "m2"))
        + flows("g>a g>b a>qe b>qe")
    )
    assert trace(partners(race, "a")) == "s x g a qe e"


def test_ends_of_a_link_may_name_each_other_by_id() -> None:
    """Several throwing ends may lead to one catching end of another name."""
    ends = "".join(
        throw(
            f"l{k}",
            f'<linkEventDefinition id="from{k}" name="n{k}"><target>to</target></linkEventDefinition>',
        )
        for k in (1, 2)
    )
    ends += catch(
        "k",
        '<linkEventDefinition id="to" name="here"><source>from1</source><source>from2</source></linkEventDefinition>',
    )
    body = ENDS + gate("exclusive", "x", more='default="x-l2"') + ends + flows("s>x x>l1[a] x>l2 k>e")
    assert trace(model(body), variables={"a": True}) == "s x l1 k e"
    assert trace(model(body), variables={"a": False}) == "s x l2 k e"


def test_many_signals_of_one_step_begin_many_processes() -> None:
    """Twelve hundred signals of one step begin twelve hundred processes, and none of them is stopped for it."""
    inner = start("us") + throw("t", on("signal", "sg")) + end("ue") + flows("us>t t>ue")
    often = "<multiInstanceLoopCharacteristics><loopCardinality>1200</loopCardinality></multiInstanceLoopCharacteristics>"
    other = start("bs", on("signal", "sg")) + task("w") + end("be") + flows("bs>w w>be")
    whole = model(start() + sub("u", often + inner) + end() + flows("s>u u>e"), DECLARED)
    drawn = whole.replace(
        b"</definitions>", f'<process id="q" isExecutable="true">{other}</process></definitions>'.encode()
    )
    outcome = play(drawn)
    assert (outcome.status, outcome.incidents) == ("completed", ())
    assert outcome.trace.count("w") == outcome.trace.count("t") == 1200


def test_who_arrives_between_two_signals_of_one_step_hears_the_second() -> None:
    """What begins to listen after the first signal, still in the same step, hears the second one."""
    body = (
        start() + gate("parallel", "g") + throw("t1", on("signal", "sg")) + throw("t2") + throw("t3")
        + throw("t4", on("signal", "sg")) + catch("c1", on("signal", "sg")) + catch("c2", on("signal", "sg"))
        + end("e1") + end("e2") + flows("s>g g>t1 t1>t2 t2>t3 t3>t4 t4>e1 g>c1 c1>c2 c2>e2")
    )  # fmt: skip
    assert trace(model(body, DECLARED)) == "s g t1 c1 t2 t3 t4 c2 e2 e1"
