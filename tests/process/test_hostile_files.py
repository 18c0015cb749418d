"""Files that are no models, bombs and tangles: refused with a reason, or read within bounds."""

# ruff: noqa: E501 - a model is read best on one line

import pytest

from tests.process.drawing import HEAD, flows, gate, model
from tests.process.test_refused_models import ENDS, LINE, choice, flow, several, when, works
from tongban.kernel.errors import TongbanError
from tongban.process.bpmn import read

GOOD_FILE = model(LINE).decode()
FILES: dict[str, str | bytes] = {
    "no namespace": GOOD_FILE.replace("http://www.omg.org/spec/BPMN/20100524/MODEL", ""),
    "another version": GOOD_FILE.replace("20100524", "20090502"),
    "another root": '<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>',
    "JSON": '{"process": 1}',
    "HTML": "<!DOCTYPE html><html><body>x</body></html>",
    "blanks": "  \n ",
    "cut off": GOOD_FILE[:-20],
    "not closed": GOOD_FILE.replace("</process>", ""),
    "two roots": GOOD_FILE * 2,
    "an attribute twice": GOOD_FILE.replace('id="t"', 'id="t" id="u"'),
    "control characters": GOOD_FILE.replace('id="t"', 'id="t&#1;"'),
    "entities": '<!DOCTYPE d [<!ENTITY x "y">]>' + GOOD_FILE,
    "laughs": "<!DOCTYPE d [" + "".join(f'<!ENTITY a{k} "&a{k - 1};&a{k - 1};">' for k in range(1, 40)) + "]>" + GOOD_FILE,
    "parameter entities": '<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]>' + GOOD_FILE,
    "levels": GOOD_FILE.replace("</process>", "<extensionElements>" + "<x>" * 9000 + "</x>" * 9000 + "</extensionElements></process>"),
    "an encoding that it has not": b'<?xml version="1.0" encoding="GB18030"?>\xff\xff' + GOOD_FILE.encode(),
    "an encoding of nobody": '<?xml version="1.0" encoding="klingon"?>' + GOOD_FILE,
    "four bytes a letter": ('<?xml version="1.0" encoding="UTF-32"?>' + GOOD_FILE).encode("utf-32"),
    "parts without end": GOOD_FILE.replace("</process>", "".join(f'<task id="k{k}"/>' for k in range(20_000)) + "</process>"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_model_is_refused_with_a_reason(name: str) -> None:
    """Whatever it is; nothing outside of it is read."""
    data = FILES[name]
    with pytest.raises(TongbanError) as caught:
        read(data.encode() if isinstance(data, str) else data)
    assert caught.value.detail


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "gb18030", "gbk", "big5"])
def test_a_model_may_be_in_any_usual_encoding(encoding: str) -> None:
    """With or without a mark of its order of bytes."""
    said = "utf-8" if encoding == "utf-8-sig" else encoding
    name = "x" if encoding == "iso-8859-1" else "公安"
    text = f'<?xml version="1.0" encoding="{said}"?>' + GOOD_FILE.replace('id="t"', f'id="t" name="{name}"')
    graph = read(text.encode(encoding)).graph
    assert graph is not None
    assert graph.nodes["t"].name == name


BOMBS = (
    "9**9**9**9**9", "2**(10**9)", "count(for i in 1..1000000000 return i) > 1", "(" * 5000 + "1" + ")" * 5000 + " > 1",
    "count(for a in 1..9999, b in 1..9999, c in 1..9999 return a) > 1", "[" * 3000 + "]" * 3000 + " = 1",
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")', 'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a*)*b", "x") = "x"',
    'count(split("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+b")) > 1', "some a in 1..100000, b in 1..100000 satisfies a = -b",
    "{f: function(n) f(n-1)+f(n-2), r: f(100)}.r > 1", "a" + "+a" * 200_000 + " > 1", "x" * 100_000 + " > 1", "exp(10000000) > 1",
    "if a then " * 2000 + "1" + " else 1" * 2000, "1e999999999 > 1", "not(" * 2000 + "true" + ")" * 2000, "-" * 5000 + "1 > 0",
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(BOMBS)))
def test_a_bomb_of_feel_is_read_at_once(number: int) -> None:
    """In a condition and as a number of instances: an answer, whatever it is, and no wait."""
    text = BOMBS[number].replace("<", "&lt;")
    for body in (
        choice(flow("x-a", "x", "a", when(text)), flows("x>b"), 'default="x-b"'),
        works(several(f"<loopCardinality>{text}</loopCardinality>")),
    ):
        for found in read(model(body)).findings:
            assert len(found.message) < 500, found


TANGLES = {
    "joins": "".join(
        f'<inclusiveGateway id="g{k}" default="d{k}"/><inclusiveGateway id="j{k}"/>' + flow(f"c{k}", f"g{k}", f"j{k}", when("a"))
        + flow(f"d{k}", f"g{k}", f"j{k}") + flow(f"n{k}", f"j{k}", f"g{k + 1}") for k in range(1500)
    ) + '<task id="g1500"/>' + flow("b", "s", "g0") + flow("l", "g1500", "e"),
    "choices side by side": gate("parallel", "f", "j") + flows("s>f j>e") + "".join(
        f'<exclusiveGateway id="x{k}" default="d{k}"/><exclusiveGateway id="y{k}"/>' + flow(f"i{k}", "f", f"x{k}")
        + flow(f"c{k}", f"x{k}", f"y{k}", when("a")) + flow(f"d{k}", f"x{k}", f"y{k}") + flow(f"n{k}", f"y{k}", "j") for k in range(60)
    ),
    "a fan": gate("parallel", "f") + flows("s>f") + "".join(flow(f"f{k}", "f", "e") for k in range(5000)),
}  # fmt: skip


@pytest.mark.parametrize("name", TANGLES)
def test_a_tangle_is_looked_at_for_a_while_only(name: str) -> None:
    """What has more states than anybody can look at is taken as it is, or refused as too much."""
    findings = read(model(ENDS + TANGLES[name])).findings
    assert {each.message[:7] for each in findings if each.severity == "error"} <= {"So many"}


def test_nobody_reads_ten_thousand_findings() -> None:
    """The first thousand are told; one that refuses always is."""
    lost = "".join(f'<task id="k{k}" label="x"/>' for k in range(5000))
    reading = read(model(LINE + lost))
    assert len(reading.findings) <= 1_001
    assert reading.refused


def test_calls_in_a_circle_of_thousands_are_refused() -> None:
    """Each calls the next one and the last one the first."""
    each = '<process id="p{0}" isExecutable="true"><startEvent id="s{0}"/><callActivity id="c{0}" calledElement="p{1}"/><sequenceFlow id="f{0}" sourceRef="s{0}" targetRef="c{0}"/></process>'
    calls = "".join(each.format(k, (k + 1) % 3000) for k in range(3000))
    assert read(f"{HEAD}{calls}</definitions>".encode()).refused
