"""`tongban decision` and `tongban rules` on the command line."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tests.rules.models import data, decision, feel, model, of_table
from tongban.runtime.commands import decision as commands
from tongban.runtime.commands import rules as rule_commands

RUN = CliRunner()


def _write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_a_decision_is_made_from_files(tmp_path: Path) -> None:
    """The value, what was decided on the way and no messages are printed as JSON."""
    path = _write(tmp_path, "fee.dmn", of_table(["Days: number"], [["> 30", "1.5"], ["<= 30", "1"]]))
    given = _write(tmp_path, "input.json", '{"Days": 45}')
    result = RUN.invoke(commands.app, ["run", path, "--decision", "D", "--input", given, "--json"])
    assert result.exit_code == 0
    assert json.loads(result.output) == {"decision": "D", "value": 1.5, "decided": {"D": 1.5}, "messages": []}


def test_a_wrong_input_fails_with_the_reason(tmp_path: Path) -> None:
    """A word for a number is an error of the input: status 1 and a message."""
    path = _write(tmp_path, "fee.dmn", of_table(["Days: number"], [["-", "1"]]))
    given = _write(tmp_path, "input.json", '{"Days": "many"}')
    result = RUN.invoke(commands.app, ["run", path, "--input", given])
    assert result.exit_code == 1
    assert "is a string, which is no number" in result.output


def test_an_import_is_found_beside_the_model(tmp_path: Path) -> None:
    """A model that another imports lies in the same folder."""
    other = model(decision("Rate", feel("2")), namespace="urn:other")
    _write(tmp_path, "other.dmn", other)
    _write(tmp_path, "broken.dmn", "<a")
    text = model(
        '<import name="o" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        decision("D", feel("o.Rate * 2"), needs=["=urn:other#Rate"]),
    )
    path = _write(tmp_path, "main.dmn", text)
    result = RUN.invoke(commands.app, ["run", path, "--decision", "D", "--json"])
    assert json.loads(result.output)["value"] == 4


def test_check_prints_findings_and_refuses_errors(tmp_path: Path) -> None:
    """Warnings leave status 0, errors give 1; each finding has element, severity and message."""
    gap = _write(tmp_path, "gap.dmn", of_table(["N: number"], [["> 1", "1"]]))
    result = RUN.invoke(commands.app, ["check", gap, "--json"])
    assert result.exit_code == 0
    (found,) = json.loads(result.output)
    assert (found["element"], found["severity"]) == ("table", "warning")
    broken = _write(tmp_path, "broken.dmn", model(data("A"), decision("D", feel("A +"), needs=["A"])))
    result = RUN.invoke(commands.app, ["check", broken])
    assert result.exit_code == 1
    assert "Expected a value" in result.output


def test_an_expression_is_tried(tmp_path: Path) -> None:
    """A formula gives its value, the names it reads and why something is null."""
    given = _write(tmp_path, "input.json", '{"fee": 0.1}')
    result = RUN.invoke(rule_commands.app, ["eval", "fee + 0.2", "--input", given, "--json"])
    assert json.loads(result.output) == {"value": 0.3, "names": ["fee"], "remarks": []}
    result = RUN.invoke(rule_commands.app, ["eval", 'gone + 1 > "x"', "--json"])
    assert json.loads(result.output)["remarks"][0]["code"] == "missing"
    result = RUN.invoke(rule_commands.app, ["eval", "today()", "--now", "2026-11-23T08:30:00+08:00"])
    assert result.output.strip() == '"2026-11-23"'
