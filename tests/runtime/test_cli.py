"""The `tongban` command as a person uses it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import shell

NOTICE = """
year: 2027
source: 测试用通知
holidays: [2027-01-01, 2027-02-05..2027-02-11]
makeup_workdays: [2027-02-14]
"""

WITHOUT_DJANGO = """
import sys
sys.argv = ["tongban", "clock", "due", "2026-02-13", "5"]
from tongban.runtime.cli import main
try:
    main()
except SystemExit:
    pass
assert "django" not in sys.modules
"""


def _tongban(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tongban.runtime.cli", *arguments],
        env=os.environ | {"TONGBAN_HOME": str(home), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_clock_due_over_the_spring_festival(tmp_path: Path) -> None:
    """Accepted on Friday 13 February 2026, five working days: Friday 27 February."""
    answer = _tongban(tmp_path, "clock", "due", "2026-02-13", "5")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "2026-02-27\n", "")


def test_clock_due_needs_no_state_directory_and_no_django(tmp_path: Path) -> None:
    """A question about a date makes no folder and loads no web framework."""
    answer = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHOUT_DJANGO,
        ],
        env=os.environ | {"TONGBAN_HOME": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "2026-02-27\n"
    assert not (tmp_path / "none").exists()


def test_a_pause_of_two_days_moves_the_date_by_two_working_days(tmp_path: Path) -> None:
    """Paused from Tuesday to Thursday."""
    answer = shell.tongban(tmp_path, "clock", "due", "2026-03-02", "5", "--pause", "2026-03-03..2026-03-05")
    assert answer.stdout == "2026-03-11\n"


def test_hours_run_from_the_moment(tmp_path: Path) -> None:
    """24 hours from Friday 17:00 end on Saturday 17:00, in the calendar's zone."""
    answer = shell.tongban(tmp_path, "clock", "due", "2026-03-06T17:00", "24", "--unit", "hour")
    assert answer.stdout == "2026-03-07T17:00+08:00\n"


def test_a_date_in_an_unknown_year_says_so(tmp_path: Path) -> None:
    """The date alone goes to the output, the warning beside it; loading the notice makes it final."""
    before = shell.tongban(tmp_path, "clock", "due", "2027-02-04", "5")
    assert before.stdout == "2027-02-11\n"
    assert "Provisional" in before.stderr
    (tmp_path / "2027.yaml").write_text(NOTICE, encoding="utf-8")
    loaded = shell.tongban(tmp_path, "calendar", "load", str(tmp_path / "2027.yaml"), "--json")
    assert json.loads(loaded.stdout)["known_until"] == 2027
    after = shell.tongban(tmp_path, "clock", "due", "2027-02-04", "5")
    assert (after.stdout, after.stderr) == ("2027-02-17\n", "")
    assert json.loads(shell.tongban(tmp_path, "calendar", "show", "--json").stdout)["known_years"][-1] == 2027


def test_json_has_the_whole_clock(tmp_path: Path) -> None:
    """Programs get every figure, not only the date."""
    state = json.loads(shell.tongban(tmp_path, "clock", "due", "2026-02-13", "5", "--json").stdout)
    assert state["due_on"] == "2026-02-27"
    assert state["provisional"] is False


@pytest.mark.parametrize(
    "arguments",
    [["clock", "due", "13/02/2026", "5"], ["clock", "due", "2026-02-13", "5", "--pause", "2026-02-24"]],
)
def test_a_wrong_date_is_a_sentence_with_a_hint(tmp_path: Path, arguments: list[str]) -> None:
    """No traceback: what is wrong, how to write it, exit status 2."""
    answer = shell.tongban(tmp_path, *arguments)
    assert answer.returncode == 2
    assert "→" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_errors_are_problems_for_programs(tmp_path: Path) -> None:
    """With --json, an error is RFC 9457 on the output."""
    answer = shell.tongban(tmp_path, "calendar", "load", str(tmp_path / "none.yaml"), "--json")
    assert answer.returncode == 2
    assert json.loads(answer.stdout)["type"] == "urn:tongban:problem:calendar.file"


def test_a_broken_notice_changes_nothing(tmp_path: Path) -> None:
    """A notice with a wrong day is refused as a whole."""
    (tmp_path / "bad.yaml").write_text(NOTICE.replace("2027-02-14", "2027-02-16"), encoding="utf-8")
    assert shell.tongban(tmp_path, "calendar", "load", str(tmp_path / "bad.yaml")).returncode == 2
    assert json.loads(shell.tongban(tmp_path, "calendar", "show", "--json").stdout)["known_years"][-1] < 2027


def test_help_lists_every_command(tmp_path: Path) -> None:
    """A stranger sees what there is."""
    answer = _tongban(tmp_path, "--help")
    assert answer.returncode == 0
    for name in ("up", "clock", "calendar"):
        assert f" {name} " in answer.stdout


def test_an_unknown_command_is_named(tmp_path: Path) -> None:
    """A typing error is answered with the command that does not exist."""
    answer = _tongban(tmp_path, "nonsense")
    assert answer.returncode == 2
    assert "nonsense" in answer.stderr
