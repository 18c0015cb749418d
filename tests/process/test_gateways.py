"""Gateways: which way a case goes, and where ways meet."""

# ruff: noqa: E501 - a model is read best on one line

import pytest

from tests.process.drawing import end, flows, gate, model, play, start, task, trace

ENDS = start() + end()


def test_an_exclusive_gateway_takes_the_first_way_that_holds() -> None:
    """Of two conditions that hold, the first one drawn decides."""
    body = ENDS + gate("exclusive", "x") + task("a", "b") + flows("s>x x>a[n_>_1] x>b[n_>_0] a>e b>e")
    assert trace(model(body), variables={"n": 5}) == "s x a e"
    assert trace(model(body), variables={"n": 1}) == "s x b e"


def test_the_default_way_is_taken_when_nothing_holds() -> None:
    """A null condition counts as false."""
    body = (
        ENDS
        + gate("exclusive", "x", more='default="x-b"')
        + task("a", "b")
        + flows("s>x x>a[n_>_1] x>b a>e b>e")
    )
    assert trace(model(body)) == "s x b e"


def test_no_way_is_an_incident_at_the_gateway() -> None:
    """The case stands still and says why; nothing is guessed."""
    body = ENDS + gate("exclusive", "x") + task("a", "b") + flows("s>x x>a[n_>_1] x>b[n_>_2] a>e b>e")
    outcome = play(model(body), variables={"n": 0})
    assert (outcome.status, outcome.trace) == ("incident", ("s",))
    assert outcome.incidents[0]["element"] == "x"


def test_a_parallel_join_waits_for_all() -> None:
    """Both branches are done once, the join once."""
    body = ENDS + gate("parallel", "f", "j") + task("a", "b", "b2") + flows("s>f f>a f>b b>b2 a>j b2>j j>e")
    assert trace(model(body)) == "s f a b b2 j e"


def test_a_gateway_can_join_and_fork_at_once() -> None:
    """Two tokens become two."""
    body = ENDS + gate("parallel", "f", "m", "j") + task("a", "b", "c", "d")
    body += flows("s>f f>a f>b a>m b>m m>c m>d c>j d>j j>e")
    assert trace(model(body)) == "s f a b m c d j e"


def test_an_exclusive_join_lets_every_token_through() -> None:
    """What follows is done once for each token (multi-merge)."""
    body = (
        ENDS
        + gate("parallel", "f")
        + gate("exclusive", "x")
        + task("a", "b", "c")
        + flows("s>f f>a f>b a>x b>x x>c c>e")
    )
    assert trace(model(body)) == "s f a x b x c e c e"


@pytest.mark.parametrize(
    ("n", "expected"), [(1, "s i a j e"), (2, "s i b b2 j e"), (3, "s i a b b2 j e"), (0, "s i c j e")]
)
def test_an_inclusive_join_waits_for_those_that_were_sent(n: int, expected: str) -> None:
    """One, the other, both, or the default way."""
    body = (
        ENDS
        + gate("inclusive", "i", more='default="i-c"')
        + gate("inclusive", "j")
        + task("a", "b", "b2", "c")
    )
    body += flows("s>i i>a[n_=_1_or_n_=_3] i>b[n_>=_2] i>c a>j b>b2 b2>j c>j j>e")
    assert trace(model(body), variables={"n": n}) == expected


def test_an_inclusive_join_does_not_wait_for_what_went_elsewhere() -> None:
    """A branch that ends before the join holds nobody up; one that still may come does."""
    body = (
        ENDS
        + end("e2")
        + gate("parallel", "f")
        + gate("exclusive", "x")
        + gate("inclusive", "j")
        + task("a", "b")
    )
    body += flows("s>f f>a f>b a>j b>x x>j[ok] x>e2[not(ok)] j>e")
    assert trace(model(body), variables={"ok": True}) == "s f a b x j e"
    assert trace(model(body), variables={"ok": False}) == "s f a b x e2 j e"


def test_an_inclusive_join_in_a_loop_fires_once_a_round() -> None:
    """Its own later tokens are behind it and not waited for."""
    body = (
        ENDS
        + gate("exclusive", "x", more='default="x-e"')
        + gate("inclusive", "j", "i")
        + task("a", "b", "c")
    )
    body += flows("s>i i>a[true] i>b[true] a>j b>j j>c c>x x>i[again] x>e")
    answers = {"c": [{"set": {"again": True}}, {"set": {"again": False}}]}
    assert trace(model(body), answers=answers) == "s i a b j c x i a b j c x e"


def test_conditions_on_the_flows_of_a_task_choose_any_number() -> None:
    """As an inclusive split does; the default only when none holds."""
    body = (
        ENDS
        + task("t", more='default="t-c"')
        + task("a", "b", "c")
        + flows("s>t t>a[x] t>b[y] t>c a>e b>e c>e")
    )
    assert trace(model(body), variables={"x": True, "y": True}) == "s t a e b e"
    assert trace(model(body), variables={"x": False, "y": True}) == "s t b e"
    assert trace(model(body)) == "s t c e"


def test_several_flows_of_a_task_are_all_taken() -> None:
    """An implicit fork."""
    assert trace(model(ENDS + task("t", "a", "b") + flows("s>t t>a t>b a>e b>e"))) == "s t a e b e"


def test_a_complex_gateway_goes_on_when_enough_have_come() -> None:
    """Two of three approvals are enough; the third one changes nothing."""
    body = ENDS + gate("parallel", "f") + task("a", "b", "c", "d")
    body += '<complexGateway id="x"><activationCondition>activationCount >= 2</activationCondition></complexGateway>'
    body += flows("s>f f>a f>b f>c a>x b>x c>x x>d d>e")
    assert trace(model(body)) == "s f a b x c d e"


def test_a_complex_gateway_is_as_new_after_all_have_come() -> None:
    """In a loop it counts from the beginning again."""
    body = (
        ENDS
        + gate("parallel", "f")
        + task("a", "b")
        + gate("exclusive", "y", "m", more='default="y-e"').replace(
            '<exclusiveGateway id="m" default="y-e"/>', '<exclusiveGateway id="m"/>'
        )
    )
    body += '<complexGateway id="x"><activationCondition>activationCount = 2</activationCondition></complexGateway>'
    body += flows("s>m m>f f>a f>b a>x b>x x>y y>m[again] y>e")
    answers = {"b": [{"set": {"again": True}}, {"set": {"again": False}}]}
    assert trace(model(body), answers=answers) == "s m f a b x y m f a b x y e"


def test_a_join_whose_token_went_elsewhere_is_told() -> None:
    """The data brought only one branch: the run says which join stands still."""
    body = ENDS + end("e2") + gate("exclusive", "x", "y") + gate("parallel", "f", "j") + task("a")
    body += flows("s>f f>x f>y x>j[p] x>e2[not(p)] y>a[q] y>e2[not(q)] a>j j>e")
    outcome = play(model(body), variables={"p": True, "q": False})
    assert (outcome.status, outcome.incidents[0]["element"], outcome.incidents[0]["code"]) == (
        "incident",
        "j",
        "stuck",
    )


def test_conditions_of_other_languages_are_replaced() -> None:
    """A condition that is not run here is an incident until it is replaced, and then FEEL."""
    body = ENDS + gate("exclusive", "x", more='default="x-b"') + task("a", "b")
    body += '<sequenceFlow id="f" sourceRef="x" targetRef="a"><conditionExpression language="javascript">'
    body += "this.go()</conditionExpression></sequenceFlow>" + flows("s>x x>b a>e b>e")
    assert play(model(body)).incidents[0]["code"] == "foreign"
    assert trace(model(body), conditions={"f": "n = 1"}, variables={"n": 1}) == "s x a e"


@pytest.mark.parametrize(
    "text", ["${n &gt; 1 &amp;&amp; ok == 'yes'}", 'n > 1 and ok == "yes"', "#{n gt 1 and ok eq 'yes'}"]
)
def test_comparisons_of_other_engines_are_understood(text: str) -> None:
    """They say the same in every language."""
    body = ENDS + gate("exclusive", "x", more='default="x-b"') + task("a", "b") + flows("s>x x>b a>e b>e")
    body += f'<sequenceFlow id="f" sourceRef="x" targetRef="a"><conditionExpression>{text}</conditionExpression></sequenceFlow>'
    data = model(body).replace(b' expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"', b"")
    assert trace(data, variables={"n": 2, "ok": "yes"}) == "s x a e"
    assert trace(data, variables={"n": 2, "ok": "no"}) == "s x b e"
