"""`tongban process` as a person uses it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests import shell
from tests.process.drawing import DECLARED, catch, end, flows, gate, model, on, start, task
from tongban.runtime.commands.process import app


def _process(home: Path, *arguments: str) -> tuple[int, str]:
    answer = shell.tongban(home, "process", *arguments)
    assert answer.stderr == ""
    return answer.returncode, answer.stdout


def test_a_model_is_checked_and_run(tmp_path: Path) -> None:
    """JSON for machines; exit status 0."""
    file, script = tmp_path / "m.bpmn", tmp_path / "world.json"
    body = start() + catch("c", on("message", "m")) + task("t") + end() + flows("s>c c>t t>e")
    file.write_bytes(model(body, DECLARED))
    world = {"messages": [{"name": "paid", "at": "PT1H"}], "answers": {"t": [{"set": {"n": 1}}]}}
    script.write_text(json.dumps(world), encoding="utf-8")
    status, printed = _process(tmp_path, "check", str(file), "--json")
    assert (status, json.loads(printed)) == (0, [])
    status, printed = _process(tmp_path, "run", str(file), "--input", str(script), "--json")
    expected = {"status": "completed", "trace": ["s", "c", "t", "e"], "variables": {"n": 1}, "incidents": []}
    assert (status, json.loads(printed)) == (0, expected)


def test_a_bad_model_is_refused(tmp_path: Path) -> None:
    """Exit status 1 and the findings; a file that is no model likewise."""
    file = tmp_path / "m.bpmn"
    body = start() + end() + gate("exclusive", "x") + gate("parallel", "j")
    body += flows("s>x j>e x>j[a]") + flows("x>j[b]").replace("x-j", "other")
    file.write_bytes(model(body))
    status, printed = _process(tmp_path, "check", str(file), "--json")
    assert status == 1
    first = json.loads(printed)[0]
    assert (first["element"], first["severity"]) == ("j", "error")
    status, printed = _process(tmp_path, "run", str(file), "--json")
    assert (status, json.loads(printed)["status"]) == (1, "refused")
    file.write_text("no model", encoding="utf-8")
    status, printed = _process(tmp_path, "check", str(file), "--json")
    assert (status, json.loads(printed)[0]["severity"]) == (1, "error")


def test_what_cannot_be_read_is_refused_in_the_same_shape(tmp_path: Path) -> None:
    """A file that is not there, a folder, a script that is no JSON, a decision that is missing."""
    (tmp_path / "p.bpmn").write_bytes(model(start() + end() + flows("s>e")))
    (tmp_path / "bad.json").write_bytes(b"\xff{")
    (tmp_path / "dmn.json").write_text('{"decisions": {"fee": "fee.dmn"}}', encoding="utf-8")
    for arguments in (
        ["check", str(tmp_path / "none.bpmn")],
        ["check", str(tmp_path)],
        ["run", str(tmp_path / "none.bpmn")],
        ["run", str(tmp_path / "p.bpmn"), "--input", str(tmp_path / "bad.json")],
        ["run", str(tmp_path / "p.bpmn"), "--input", str(tmp_path / "none.json")],
        ["run", str(tmp_path / "p.bpmn"), "--input", str(tmp_path / "dmn.json")],
    ):
        done = CliRunner().invoke(app, [*arguments, "--json"])
        told = json.loads(done.output)
        found = told if arguments[0] == "check" else told["incidents"]
        assert (done.exit_code, bool(found[0]["message"])) == (1, True)
        assert arguments[0] == "check" or (told["status"], told["trace"]) == ("refused", [])


BAD_WORLDS = {
    "a list": "[]",
    "no number": '{"variables": {"x": NaN}}',
    "half": '{"variables": ',
    "a list of variables": '{"variables": []}',
    "answers in a list": '{"answers": []}',
    "an answer that is none": '{"answers": {"t": [5]}}',
    "a wait without end": '{"answers": {"t": [{"after": 1e300}]}}',
    "a wait that leads back": '{"answers": {"t": [{"after": "-PT1H"}]}}',
    "a message before the beginning": '{"messages": [{"name": "paid", "at": -5}]}',
    "a wait in words": '{"answers": {"t": [{"after": "soon"}]}}',
    "a message without name": '{"messages": [{}]}',
    "a message at no time": '{"messages": [{"name": "paid", "at": "soon"}]}',
    "a message past all time": '{"messages": [{"name": "paid", "at": 1e400}]}',
    "a condition that is no FEEL": '{"conditions": {"s-t": "1 +"}}',
    "a condition that is a number": '{"conditions": {"s-t": 1}}',
    "no moment": '{"now": "yesterday"}',
    "another process": '{"process": "gone"}',
}


@pytest.mark.parametrize("name", BAD_WORLDS)
def test_an_outside_world_that_cannot_be_is_told(tmp_path: Path, name: str) -> None:
    """The status is `refused`, and the reason stands in the incidents."""
    file, script = tmp_path / "m.bpmn", tmp_path / "world.json"
    file.write_bytes(model(start() + task("t") + end() + flows("s>t t>e")))
    script.write_text(BAD_WORLDS[name], encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(file), "--input", str(script), "--json"])
    told = json.loads(done.output)
    assert (done.exit_code, told["status"], told["trace"]) == (1, "refused", [])
    assert told["incidents"][0]["message"]
