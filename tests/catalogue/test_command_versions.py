"""`tongban catalogue publish`, `versions`, `diff` and `report`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongban.catalogue import queries
from tongban.catalogue.domain import load
from tongban.runtime.commands import database as database_command
from tongban.runtime.commands.catalogue import app

MINI = Path(__file__).parent / "data" / "mini"


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout


def shorten(mini: Path) -> None:
    """A card within one day."""
    path = mini / "items" / "card.yaml"
    path.write_text(path.read_text().replace("promised: {amount: 2,", "promised: {amount: 1,"))


def test_folders_are_compared_in_words_in_three_languages(mini: Path) -> None:
    """No database is needed to compare two folders before anybody publishes."""
    shorten(mini)

    assert "承诺时限由2个工作日改为1个工作日。" in run("diff", str(MINI), str(mini))[1]
    assert (
        "承諾時限由2個工作日改為1個工作日。" in run("diff", str(MINI), str(mini), "--language", "zh-hant")[1]
    )
    english = run("diff", str(MINI), str(mini), "--language", "en")[1]
    assert "Promised limit: now 1 working day; it was 2 working days." in english
    code, output = run("diff", str(MINI), str(mini), "--json")
    found = json.loads(output)
    assert code == 0
    assert (found["old"], found["new"]) == (load(MINI).version, load(mini).version)
    assert [(one["kind"], one["code"], one["aspect"], one["better"]) for one in found["changes"]] == [
        ("items", "card", "limits.promised", True)
    ]


def test_the_same_folder_twice_shows_no_difference() -> None:
    """It says so, instead of saying nothing."""
    assert "No difference." in run("diff", str(MINI), str(MINI))[1]


@pytest.fixture
def _this_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands use the database of the tests."""
    del db

    @contextmanager
    def database() -> Iterator[None]:
        yield

    monkeypatch.setattr(database_command, "database", database)
    queries.forget_all()


@pytest.mark.usefixtures("_this_database")
def test_a_version_is_published_listed_and_compared_by_day(mini: Path) -> None:
    """Published for a day to come, with a note; until then the old one applies, and the list says so."""
    first = json.loads(run("publish", str(mini), "--json")[1])
    shorten(mini)
    second = json.loads(run("publish", str(mini), "--from", "2099-12-01", "--note", "减时限", "--json")[1])

    assert (first["new"], second["new"], second["applies_from"]) == (True, True, "2099-12-01")
    listed = json.loads(run("versions", "--json")[1])
    assert [(one["version"], one["state"], one["note"]) for one in listed] == [
        (second["version"], "coming", "减时限"),
        (first["version"], "current", ""),
    ]
    assert json.loads(run("versions", "--on", "2099-11-30", "--json")[1])[0]["version"] == first["version"]
    by_day = json.loads(run("diff", "2099-11-30", "2099-12-01", "--json")[1])
    by_code = json.loads(run("diff", first["version"][:8], second["version"], "--json")[1])
    assert by_day == by_code
    assert len(by_day["changes"]) == 1
    assert "applies on 2099-12-01 already" in run("publish", str(mini), "--from", "2099-12-01")[1]


@pytest.mark.usefixtures("_this_database")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["diff", "ffffffff", str(MINI)], "catalogue.no_version"),
        (["diff", "2001-01-01", str(MINI)], "catalogue.no_version"),
        (["diff", "2026-13-01", str(MINI)], "diff.day"),
        (["versions", "--on", "2001-01-01"], "catalogue.no_version"),
        (["publish", str(MINI), "--from", "2001-01-01"], "publish.past"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(arguments: list[str], code: str) -> None:
    """A version nobody published, a day before the first, a day that is none: an error with a hint."""
    status, output = run(*arguments, "--json")

    assert status == 1
    assert json.loads(output)["code"] == code


def test_the_report_computes_every_figure() -> None:
    """Each life event with its figures before and after, and totals that are the counts of the content."""
    status, output = run("report", str(MINI), "--on", "2026-11-23", "--json")
    found = json.loads(output)
    content = load(MINI)

    assert status == 0
    assert found["totals"]["items"] == len(content.items)
    assert found["totals"]["elements"] == len(content.elements)
    [line] = found["life_events"]
    assert (line["code"], line["items"], line["departments"]) == ("join", 2, 2)
    assert line["fields"]["before"] >= line["fields"]["after"]
    assert line["days"]["serial"] >= line["days"]["parallel"] > 0
    assert line["findings"] == {"errors": 0, "warnings": 0}
    assert "加入图书馆" in run("report", str(MINI))[1]


def test_content_with_an_error_has_no_report(mini: Path) -> None:
    """Figures of broken content would be wrong ones."""
    (mini / "items" / "card.yaml").write_text("item: card\n")

    assert run("report", str(mini), "--json")[0] == 1
