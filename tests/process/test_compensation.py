"""Undoing what was done: compensation, transactions, cancellation."""

# ruff: noqa: E501 - a model is read best on one line

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
)

UNDO = "<compensateEventDefinition/>"


def undoable(*names: str) -> str:
    """Tasks, each with its compensation event and handler."""
    made = ""
    for name in names:
        made += (
            task(name) + boundary(f"b{name}", name, UNDO) + task(f"u{name}", more='isForCompensation="true"')
        )
        made += (
            f'<association id="as{name}" sourceRef="b{name}" targetRef="u{name}" associationDirection="One"/>'
        )
    return made


def test_what_was_done_is_undone_backwards() -> None:
    """The last first; what was not done is left alone."""
    body = start() + end() + undoable("a", "b", "c") + throw("t", UNDO) + flows("s>a a>b b>t t>c c>e")
    assert trace(model(body)) == "s a b bb ub ba ua t c e"


def test_one_activity_can_be_named() -> None:
    """The others stay as they are."""
    body = start() + end() + undoable("a", "b") + throw("t", '<compensateEventDefinition activityRef="a"/>')
    assert trace(model(body + flows("s>a a>b b>t t>e"))) == "s a b ba ua t e"


def test_undoing_twice_finds_nothing() -> None:
    """What was undone is not undone again."""
    body = start() + end("e", UNDO) + undoable("a") + throw("t", UNDO) + flows("s>a a>t t>e")
    assert trace(model(body)) == "s a ba ua t e"


def test_every_run_of_a_loop_is_undone() -> None:
    """As often as it was done."""
    body = (
        start()
        + end()
        + undoable("a")
        + gate("exclusive", "x")
        + gate("exclusive", "y", more='default="y-t"')
        + throw("t", UNDO)
    )
    body += flows("s>x x>a a>y y>x[again] y>t t>e")
    answers = {"a": [{"set": {"again": True}}, {"set": {"again": False}}]}
    assert trace(model(body), answers=answers) == "s x a y x a y ba ua ba ua t e"


def test_a_finished_sub_process_is_undone_from_inside() -> None:
    """Its own activities, backwards; or as its compensation event sub-process says; or by its handler."""
    inner = start("s1") + end("e1") + undoable("a", "b") + flows("s1>a a>b b>e1")
    body = start() + end() + sub("p1", inner) + throw("t", UNDO) + flows("s>p1 p1>t t>e")
    assert trace(model(body)) == "s s1 a b e1 p1 bb ub ba ua t e"
    handler = (
        start("hs", UNDO)
        + throw("ht", '<compensateEventDefinition activityRef="a"/>')
        + task("h")
        + end("he")
    )
    handler = sub("hp", handler + flows("hs>ht ht>h h>he"), 'triggeredByEvent="true"')
    own = start() + end() + sub("p1", inner + handler) + throw("t", UNDO) + flows("s>p1 p1>t t>e")
    assert trace(model(own)) == "s s1 a b e1 p1 hs ba ua ht h he hp t e"
    outer = (
        start()
        + end()
        + sub("p1", inner)
        + boundary("bp", "p1", UNDO)
        + task("up", more='isForCompensation="true"')
    )
    outer += '<association id="x" sourceRef="bp" targetRef="up"/>' + throw("t", UNDO) + flows("s>p1 p1>t t>e")
    assert trace(model(outer)) == "s s1 a b e1 p1 bp up t e"


def test_work_that_still_runs_is_not_undone() -> None:
    """Only what is done can be undone."""
    body = start() + end() + gate("parallel", "f", "j") + undoable("a", "b") + throw("t", UNDO)
    body += flows("s>f f>a f>b a>t t>j b>j j>e")
    assert trace(model(body), answers={"b": [{"after": "P1D"}]}) == "s f a ba ua t b j e"


def test_an_error_handler_undoes_the_scope() -> None:
    """An event sub-process undoes what its own scope did."""
    handler = start("hs", on("error", "er")) + throw("ht", UNDO) + end("he") + flows("hs>ht ht>he")
    body = (
        start()
        + end()
        + undoable("a")
        + task("t")
        + sub("hp", handler, 'triggeredByEvent="true"')
        + flows("s>a a>t t>e")
    )
    assert trace(model(body, DECLARED), answers={"t": [{"error": "E1"}]}) == "s a hs ba ua ht he hp"


def test_a_cancelled_transaction_undoes_and_tells() -> None:
    """What ran is dropped, what was done is undone, then the cancel event happens."""
    inner = start("s1") + gate("parallel", "f") + undoable("a") + catch("c", timer("P1D")) + end("e1")
    inner += end("x", "<cancelEventDefinition/>") + flows("s1>f f>a f>c a>x c>e1")
    body = (
        start()
        + end()
        + end("e2")
        + sub("tx", inner, what="transaction")
        + boundary("b", "tx", "<cancelEventDefinition/>")
    )
    body += task("n") + flows("s>tx tx>e b>n n>e2")
    assert trace(model(body)) == "s s1 f a ba ua x b n e2"


def test_a_transaction_that_goes_well_is_a_sub_process() -> None:
    """And an error ends it without undoing anything (hazard)."""
    inner = start("s1") + undoable("a") + task("t1") + end("e1") + flows("s1>a a>t1 t1>e1")
    body = (
        start()
        + end()
        + end("e2")
        + sub("tx", inner, what="transaction")
        + boundary("b", "tx", on("error", "er"))
    )
    data = model(body + flows("s>tx tx>e b>e2"), DECLARED)
    assert trace(data) == "s s1 a t1 e1 tx e"
    assert trace(data, answers={"t1": [{"error": "E1"}]}) == "s s1 a b e2"


def test_each_instance_is_undone() -> None:
    """An activity done three times is undone three times."""
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    body = (
        start()
        + end()
        + undoable("a").replace('<userTask id="a" >', f'<userTask id="a">{loop}')
        + throw("t", UNDO)
    )
    assert trace(model(body + flows("s>a a>t t>e"))) == "s a a a ba ua ba ua ba ua t e"


def test_undoing_can_fail() -> None:
    """The error of a handler reaches whoever catches it, else it is an incident."""
    body = start() + end() + undoable("a") + throw("t", UNDO) + flows("s>a a>t t>e")
    outcome = play(model(body), answers={"ua": [{"error": "E1"}]})
    assert (outcome.status, outcome.incidents[0]["element"]) == ("incident", "ua")


def test_who_asks_need_not_wait_until_all_is_undone() -> None:
    """`waitForCompletion="false"`: the path goes on, and the process ends after the last of both."""
    aside = '<compensateEventDefinition waitForCompletion="false"/>'
    body = start() + end() + undoable("a") + throw("t", aside) + task("n") + flows("s>a a>t t>n n>e")
    assert trace(model(body), answers={"ua": [{"after": "PT1H"}]}) == "s a t ba n e ua"
    ending = start() + undoable("a") + end("e", aside) + flows("s>a a>e")
    assert trace(model(ending)) == "s a e ba ua"
