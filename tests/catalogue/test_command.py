"""`tongban catalogue`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tongban.runtime.commands.catalogue import app

MINI = Path(__file__).parent / "data" / "mini"


def test_check_of_good_content_ends_with_zero() -> None:
    """Nothing wrong: exit code 0 and a line that says so."""
    result = CliRunner().invoke(app, ["check", str(MINI)])

    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 warnings\n")


def test_check_as_json_has_every_finding(mini: Path) -> None:
    """A program can read severity, code, file, line and hint."""
    path = mini / "items" / "card.yaml"
    path.write_text(path.read_text().replace("material: photo", "material: foto"))

    result = CliRunner().invoke(app, ["check", str(mini), "--json"])
    report = json.loads(result.stdout)

    assert (result.exit_code, report["errors"]) == (1, 1)
    [error] = [finding for finding in report["findings"] if finding["severity"] == "error"]
    assert (error["code"], error["file"], error["hint"]) == (
        "catalogue.unknown_code",
        "items/card.yaml",
        "Did you mean `photo`?",
    )


def test_warnings_alone_do_not_fail(mini: Path) -> None:
    """Somebody should look, but the build goes on."""
    (mini / "extra").mkdir()
    result = CliRunner().invoke(app, ["check", str(mini)])

    assert result.exit_code == 0
    assert "0 errors, 1 warnings" in result.stdout


def test_check_of_a_path_that_is_not_there_fails_clearly(tmp_path: Path) -> None:
    """A typing error in the path is told."""
    result = CliRunner().invoke(app, ["check", str(tmp_path / "nothing")])

    assert result.exit_code == 1
    assert "no such file" in result.stdout


@pytest.fixture
def _mini_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_CATALOGUE", str(MINI))


@pytest.mark.usefixtures("_mini_is_ours")
def test_show_gives_the_overview_and_one_thing() -> None:
    """What is there, and how one thing stands in its file."""
    overview = json.loads(CliRunner().invoke(app, ["show", "--json"]).stdout)
    item = json.loads(CliRunner().invoke(app, ["show", "items/card", "--json"]).stdout)
    text = CliRunner().invoke(app, ["show", "card"]).stdout

    assert overview["counts"]["items"] == 2
    assert overview["life_events"]["join"]["en"] == "Joining the library"
    assert item["items/card"]["department"] == "library"
    assert "items/card.yaml" in text
    assert "借书证办理" in text


@pytest.mark.usefixtures("_mini_is_ours")
def test_show_of_an_item_in_a_region_says_which_overlay_says_so() -> None:
    """`--region` gives every key an overlay may change, with the region it comes from, and the sources."""
    arguments = ["show", "items/card", "--region", "430102", "--json"]
    result = CliRunner().invoke(app, arguments)
    shown = json.loads(result.stdout)

    assert result.exit_code == 0
    assert shown["materials"]["address_proof"] == {"asked": False, "from": "430100"}
    assert shown["materials"]["photo"] == {"asked": True, "from": "item"}
    assert (shown["promised"], shown["fee"]["from"]) == (
        {"value": {"amount": 1, "unit": "working_day"}, "from": "430100"},
        "item",
    )
    assert [one["region"] for one in shown["overlays"]] == ["430100"]
    assert CliRunner().invoke(app, [*arguments[:3], "439999"]).exit_code == 1
    assert CliRunner().invoke(app, ["show", "life_events/join", *arguments[2:4]]).exit_code == 1


@pytest.mark.usefixtures("_mini_is_ours")
def test_show_of_an_unknown_code_says_which_one_was_meant() -> None:
    """A typing error in the code."""
    result = CliRunner().invoke(app, ["show", "items/cards", "--json"])

    assert result.exit_code == 1
    assert "items/card" in json.loads(result.stdout)["hint"]


@pytest.mark.django_db
def test_import_reports_and_keeps(tmp_path: Path) -> None:
    """The list is taken in; the second time nothing is new."""
    sub = [{"name": "甲", "link": "http://example.org/?itemCode=broken"}]
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{"department": "局", "items": [{"main_item": "", "sub_items": sub}]}]))

    first = json.loads(CliRunner().invoke(app, ["import", str(path), "--json"]).stdout)
    second = CliRunner().invoke(app, ["import", str(path)])

    assert (first["new"], first["malformed_codes"]) == (1, 1)
    assert first["problems"][0]["finding"]["value"] == "broken"
    assert second.exit_code == 0
    assert "0 new, 0 changed, 1 unchanged" in second.stdout


def test_import_of_a_missing_file_fails_clearly(tmp_path: Path) -> None:
    """A path that leads nowhere."""
    result = CliRunner().invoke(app, ["import", str(tmp_path / "no.json"), "--json"])

    assert result.exit_code == 1
    assert json.loads(result.stdout)["code"] == "import.unreadable"
