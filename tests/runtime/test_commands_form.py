"""`tongban form`, `plan`, `clock` and `calendar` as a person at a shell uses them: real files.

One command of each kind of end (a result, a problem) is a process of its own; the others run in this one.
"""

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import shell
from tests.fixtures import content
from tests.intake.situations import FATHER_ID, MARRIED
from tongban.runtime.commands import form

SRC = Path(__file__).parents[2] / "src"


@pytest.fixture
def process(tmp_path: Path) -> Any:
    """Runs the command in a folder that is not the project's, with no database to be reached."""
    hidden = ("DATABASE_URL", "DATABASE_OWNER_URL", "NATS_URL")
    clean = {name: value for name, value in os.environ.items() if name not in hidden}
    env = clean | {
        "TONGBAN_HOME": str(tmp_path / "home"),
        "NO_COLOR": "1",
        "COLUMNS": "200",
        "PYTHONPATH": str(SRC),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "tongban.runtime.cli", *arguments],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def tongban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same in this process, where the content has been read already and no database may be asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(form, "load", lambda _: content())
    return partial(shell.tongban, tmp_path / "home")


def told(answer: subprocess.CompletedProcess[str]) -> Any:
    """The JSON of a command that went well."""
    assert (answer.returncode, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


def test_the_form_of_a_married_mother(process: Any, tmp_path: Path) -> None:
    """Fields with reasons, prefilled values with provenance, documents, and the figures before and after."""
    (tmp_path / "known.json").write_text(json.dumps(MARRIED), encoding="utf-8")
    found = told(process("form", "newborn", "--known", "known.json", "--json"))
    assert (found["life_event"], found["applicant"]) == ("newborn", "mother")
    [name] = [one for one in found["fields"] if one["address"] == "child.name"]
    assert (name["element"], name["type"], name["required"]) == ("name", "string", True)
    assert "孩子" in name["question"]["zh-hans"]
    assert {"law": "civil_code", "article": "第一千零一十五条"} in name["reasons"][0]["law"]
    assert set(name["reasons"][0]) == {"item", "why", "law", "decides"}
    prefilled = {one["address"]: one for one in found["prefilled"]}
    assert prefilled["father.id_number"]["value"] == FATHER_ID
    assert prefilled["father.id_number"]["provenance"]["kind"] == "known"
    assert not prefilled.keys() & {one["address"] for one in found["fields"]}
    assert {one["address"]: one["item"] for one in found["produced"]}["child.id_number"] == (
        "household_registration_newborn"
    )
    assert "household_register.father" in {one["key"] for one in found["materials"]}
    assert {one["by"] for one in found["replaced"]} == {"elements", "form", "sibling"}
    for figures in (found["before"], found["after"]):
        assert set(figures) == {"fields", "materials", "visits", "days"}
    assert found["before"]["fields"] > found["after"]["fields"] == len(found["fields"])
    assert (found["before"]["visits"], found["after"]["visits"]) == (7, 0)


def test_answers_change_the_form(tongban: Any, tmp_path: Path) -> None:
    """The father's passport instead of his identity card; null is nothing known."""
    (tmp_path / "known.json").write_text(json.dumps({"mother.name": None}), encoding="utf-8")
    answers = {"mother.marital_status": "20", "father.id_document_type": "414"}
    (tmp_path / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    found = told(tongban("form", "newborn", "--known", "known.json", "--answers", "answers.json", "--json"))
    asked = {one["address"] for one in found["fields"]}
    assert {"father.travel_document_number", "mother.name", "father.id_document_type"} <= asked
    assert "father.id_number" not in asked
    assert found["prefilled"] == []


def test_the_form_as_tables(tongban: Any) -> None:
    """Without --json a person reads tables in their language."""
    answer = tongban("form", "newborn", "--language", "en")
    assert answer.returncode == 0
    assert "child.birth_weight" in answer.stdout
    assert "Resident identity card" in answer.stdout


def test_the_plan(tongban: Any, tmp_path: Path) -> None:
    """Nodes, edges with the element that causes each, waves, critical path, promise, both sums of days."""
    (tmp_path / "known.json").write_text(json.dumps(MARRIED), encoding="utf-8")
    found = told(tongban("plan", "newborn", "--known", "known.json", "--start", "2026-03-02", "--json"))
    assert len(found["nodes"]) == 7
    edges = {(one["from"], one["to"]): one["elements"] for one in found["edges"]}
    assert "child.birth_certificate_number" in edges["birth_certificate", "household_registration_newborn"]
    assert "child.id_number" in edges["household_registration_newborn", "social_security_card_newborn"]
    assert found["waves"][0][0] == "birth_certificate"
    assert found["critical_path"] == [
        "birth_certificate",
        "household_registration_newborn",
        "social_security_card_newborn",
    ]
    assert found["parallel_working_days"] == found["critical_path_working_days"] == 5
    assert found["sequential_working_days"] == sum(one["limit"]["amount"] for one in found["nodes"])
    assert (found["promised_on"], found["provisional"], found["undecided"]) == ("2026-03-09", False, [])


def test_a_plan_into_a_year_without_a_notice_is_final_after_it_is_loaded(
    tongban: Any, tmp_path: Path
) -> None:
    """`tongban calendar load FILE` recomputes what was a guess."""
    before = told(tongban("plan", "newborn", "--start", "2026-12-30", "--json"))
    assert before["provisional"]
    notice = "year: 2027\nsource: 测试用通知\nholidays: [2027-01-01..2027-01-03]\nmakeup_workdays: []\n"
    (tmp_path / "notice.yaml").write_text(notice, encoding="utf-8")
    assert told(tongban("calendar", "load", "notice.yaml", "--json"))["year"] == 2027
    after = told(tongban("plan", "newborn", "--start", "2026-12-30", "--json"))
    assert not after["provisional"]
    assert after["promised_on"] > before["promised_on"]
    assert told(tongban("calendar", "show", "--json"))["known_years"][-1] == 2027


def test_a_clock_over_the_spring_festival(tongban: Any) -> None:
    """Exactly the date and nothing else."""
    answer = tongban("clock", "due", "2026-02-13", "5")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "2026-02-27\n", "")


BAD: dict[str, tuple[str | bytes | None, str]] = {
    "missing": (None, "known.file"),
    "no JSON": ("mother.name: 李", "known.json"),
    "no UTF-8": (b"\xff\xfe\x00", "known.json"),
    "bottomless": ("[" * 100_000, "known.json"),
    "endless number": ('{"child.plurality": ' + "9" * 5000 + "}", "known.json"),
    "a list": ('["mother.name"]', "known.shape"),
    "unknown address": ('{"cat.name": "咪"}', "known.invalid"),
    "a bare element": ('{"name": "李"}', "known.invalid"),
    "a wrong value": ('{"mother.id_number": "430102199405200247"}', "known.invalid"),
    "a list as value": ('{"mother.name": ["李"]}', "known.invalid"),
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_file_gets_a_sentence_and_a_problem(tongban: Any, tmp_path: Path, why: str) -> None:
    """Exit 2 and a problem object; never a traceback, never the value itself."""
    content, code = BAD[why]
    if content is not None:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "known.json").write_bytes(data)
    answer = tongban("form", "newborn", "--known", "known.json", "--json")
    assert answer.returncode == 2
    problem = json.loads(answer.stdout)
    assert (problem["code"], problem["status"]) == (code, 422)
    assert problem["type"] == f"urn:tongban:problem:{code}"
    assert "430102199405200247" not in answer.stdout + answer.stderr
    if code == "known.invalid":
        assert problem["errors"][0]["address"]


def test_a_bad_file_gets_a_sentence(process: Any) -> None:
    """Without --json: what is wrong and what to do, on standard error."""
    answer = process("form", "newborn", "--known", "known.json")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "known.json cannot be read" in answer.stderr
    assert "→ Check its name." in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("form", "moon_landing"), "catalogue.no_life_event"),
        (("form", "newborn", "--applicant", "child"), "application.role"),
        (("form", "newborn", "--language", "fr"), "form.language"),
        (("plan", "newborn", "--start", "tomorrow"), "plan.start"),
        (("clock", "due", "soon", "5"), "clock.date"),
        (("clock", "due", "2026-02-13", "5", "--pause", "2026-02-14"), "clock.pause"),
        (("calendar", "load", "nowhere.yaml"), "calendar.file"),
    ],
)
def test_a_wrong_argument_gets_a_problem(tongban: Any, arguments: tuple[str, ...], code: str) -> None:
    """Each with its own code, exit status 2."""
    answer = tongban(*arguments, "--json")
    assert answer.returncode == 2
    problem = json.loads(answer.stdout)
    assert problem["code"] == code
    assert problem["detail"]
