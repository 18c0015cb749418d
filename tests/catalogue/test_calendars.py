"""The calendar in force is the official one with the notices of the state directory."""

from datetime import date
from pathlib import Path

import pytest

from tongban.catalogue import calendars
from tongban.kernel.calendar import official
from tongban.kernel.errors import InvalidInput

NOTICE = "year: 2027\nsource: 测试用通知\nholidays: [2027-01-01]\nmakeup_workdays: [2027-01-09]\n"


def test_without_notices_it_is_the_official_calendar(tmp_path: Path) -> None:
    """An empty or missing state directory is no error."""
    assert calendars.current(tmp_path).version == official().version
    assert calendars.current(tmp_path / "none").version == official().version


def test_a_notice_counts_as_soon_as_it_is_there(tmp_path: Path) -> None:
    """No process has to be started anew; a corrected notice replaces the earlier one."""
    before = calendars.current(tmp_path)
    assert not before.is_known(date(2027, 6, 1))
    folder = tmp_path / "calendar"
    folder.mkdir()
    (folder / "2027.yaml").write_text(NOTICE, encoding="utf-8")
    after = calendars.current(tmp_path)
    assert after.is_known(date(2027, 6, 1))
    assert after.version != before.version
    assert after.is_workday(date(2027, 1, 9))
    (folder / "2027.yaml").write_text(NOTICE.replace("[2027-01-09]", "[]") + "# mended\n", encoding="utf-8")
    assert not calendars.current(tmp_path).is_workday(date(2027, 1, 9))


def test_other_files_are_not_notices(tmp_path: Path) -> None:
    """The half-written file of another process is not read."""
    folder = tmp_path / "calendar"
    folder.mkdir()
    (folder / ".2027.123").write_text("year: ", encoding="utf-8")
    assert calendars.current(tmp_path).version == official().version


def test_a_notice_that_was_spoiled_by_hand_says_so(tmp_path: Path) -> None:
    """A broken file in the state directory is an error with words, not a wrong date."""
    folder = tmp_path / "calendar"
    folder.mkdir()
    (folder / "2027.yaml").write_text("year: soon\n", encoding="utf-8")
    with pytest.raises(InvalidInput):
        calendars.current(tmp_path)
