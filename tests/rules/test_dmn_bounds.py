"""A hostile model is refused, or ends with a message; without bounds most would not end in years."""

from collections.abc import Callable

import pytest

from tests.rules.models import data, decide, decision, feel, item, knowledge, model, of_table
from tongban.kernel import markup
from tongban.kernel.errors import TongbanError
from tongban.rules import dmn

REFUSED: list[tuple[str, Callable[[], str]]] = [
    (
        "billion laughs",
        lambda: '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><definitions>&c;</definitions>',
    ),
    ("external entity", lambda: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    ("elements", lambda: model(decision("D", "<list>" + feel("1") * 60_000 + "</list>"))),
    ("levels", lambda: model("<a>" * 5_000 + "</a>" * 5_000)),
    ("bytes", lambda: model(decision("D", feel("1 + " * 2_000_000 + "1")))),
    ("attributes", lambda: "<a " + " ".join(f"a{n}='1'" for n in range(5_000)) + "/>"),
]


@pytest.mark.parametrize("make", [make for _, make in REFUSED], ids=[name for name, _ in REFUSED])
def test_a_hostile_file_is_refused_at_once(make: Callable[[], str]) -> None:
    """Entities, and documents that are too large, too wide or too deep, are refused with a reason."""
    text = make()
    with pytest.raises(TongbanError):
        dmn.load(text)


ENDED: list[tuple[str, Callable[[], str]]] = [
    ("deep boxes", lambda: model(decision("D", "<list>" * 90 + feel("1 +") + "</list>" * 90))),
    (
        "recursion",
        lambda: model(knowledge("f", feel("f(f)"), takes=["f"]), decision("D", feel("f(f)"), knows=["f"])),
    ),
    (
        "doubling",
        lambda: model(
            knowledge("f", feel("f(n) + f(n)"), takes=["n"]), decision("D", feel("f(1)"), knows=["f"])
        ),
    ),
    ("loop", lambda: model(decision("D", feel("for a in 1..9999, b in 1..9999 return a")))),
    (
        "boxed loop",
        lambda: model(
            decision(
                "D",
                f'<for iteratorVariable="i"><in>{feel("1..99999")}</in><return>{feel("1")}</return></for>',
            )
        ),
    ),
    ("long text", lambda: model(decision("D", feel('"' + "x" * 20_000 + '"')))),
    (
        "type circle",
        lambda: model(item("a", "b"), item("b", "c"), item("c", "a"), decision("D", feel("1 +"))),
    ),
    (
        "chain that doubles",
        lambda: model(
            decision("D0", feel('"xxxxxxxxxx"')),
            *(decision(f"D{n}", feel(f"D{n - 1} + D{n - 1}"), needs=[f"=D{n - 1}"]) for n in range(1, 40)),
            decision("D", feel("D39"), needs=["=D39"]),
        ),
    ),
]


@pytest.mark.parametrize("make", [make for _, make in ENDED], ids=[name for name, _ in ENDED])
def test_a_hostile_decision_ends_as_null_with_a_message(make: Callable[[], str]) -> None:
    """What asks for too much has no value and says so."""
    verdict = decide(make())
    assert verdict.messages


def test_a_long_chain_of_decisions_is_no_trouble() -> None:
    """Two thousand decisions in a row are made one after the other, without recursion."""
    parts = [decision(f"D{n}", feel(f"D{n - 1} + 1"), needs=[f"=D{n - 1}"]) for n in range(1, 2_000)]
    text = model(decision("D0", feel("0")), *parts)
    assert decide(text, "D1999").value == 1999


def test_a_wide_web_of_decisions_is_decided_once_each() -> None:
    """Each of forty layers needs both of the layer before: 80 decisions, not two to the fortieth."""
    parts = [decision("A0", feel("1")), decision("B0", feel("1"))]
    for n in range(1, 40):
        needs = [f"=A{n - 1}", f"=B{n - 1}"]
        parts += [decision(f"{k}{n}", feel(f"(A{n - 1} + B{n - 1}) / 2"), needs=needs) for k in "AB"]
    verdict = decide(model(*parts), "A39")
    assert verdict.value == 1
    assert len(verdict.decided) == 78 + 1


def test_what_is_nested_without_end_is_an_error_and_no_crash() -> None:
    """A type that is a list of itself, and values nested thousands of levels deep, end in a sentence."""
    made = dmn.load(model(item("a", "a", many=True), data("V", "a"), decision("D", feel("V"), needs=["V"])))
    assert made.decide("D", made.read_inputs({"V": "x"})).value is None
    deep = dmn.load(model(decision("D", feel("(for i in 1..9000 return [partial[-1]])[-1]"))))
    with pytest.raises(TongbanError, match="nested too deeply"):
        deep.decide("D", {}).to_json()


def test_messages_hold_no_values() -> None:
    """What a person entered never stands in a message."""
    text = model(data("Id", "number"), decision("D", feel("Id + 1"), needs=["Id"]))
    verdict = decide(text, Id="110101199003078515")
    assert verdict.messages
    assert "1101" not in str(verdict.messages)


def test_a_large_table_is_read_and_asked() -> None:
    """Two thousand rules, asked a thousand times: each answer is that of its own rule."""
    rows = [[f"[{n}..{n + 1})", '"a", "b"', f"{n} * 2"] for n in range(2_000)]
    made = dmn.load(of_table(["N", "K"], rows))
    for n in range(1_000):
        assert made.decide("D", {"N": n, "K": "a"}).value == n * 2


def test_elements_know_their_line_and_namespace() -> None:
    """A reader of XML can say where something stands, and skips what others added."""
    root = markup.read('<a xmlns="u" xmlns:v="w">\n<b x=" 1 " v:y="2">t<v:c/>u</b>\n<v:b/></a>')
    (inner,) = root.all("b")
    assert (inner.line, inner.get("x"), inner.get("{w}y"), inner.text) == (2, "1", "2", "tu")
