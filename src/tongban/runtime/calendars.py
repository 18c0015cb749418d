"""The calendar that this installation counts with: the official one and the notices loaded since.

Notices lie in `$TONGBAN_HOME/calendar/<year>.json`. Needs neither Django nor the database, so the command
line and every process read the same days.
"""

import json
import os
from functools import lru_cache
from pathlib import Path

from tongban.kernel.calendar import Calendar, Notice, official, parse_notice
from tongban.kernel.errors import Internal, InvalidInput

_FOLDER = "calendar"


def current(home: Path) -> Calendar:
    """The official calendar with every loaded notice; read again when a file has changed.

    Raises:
        Internal: a stored notice cannot be read any more; the file is named.
    """
    files = sorted((home / _FOLDER).glob("[12][0-9][0-9][0-9].json"))
    return _read(tuple((path, path.stat().st_mtime_ns) for path in files))


def load(home: Path, text: str) -> tuple[Notice, Calendar]:
    """Store a published notice, replacing an earlier one of the same year; the notice and the calendar now.

    Raises:
        InvalidInput: ``notice.*``; nothing has been stored.
    """
    notice = parse_notice(text)
    folder = home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{notice.year}.json"
    fresh = folder / f".{notice.year}.{os.getpid()}"
    fresh.write_text(json.dumps(notice.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(path)
    return notice, current(home)


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> Calendar:
    calendar = official()
    for path, _changed in files:
        try:
            calendar = calendar.with_notice(parse_notice(path.read_text(encoding="utf-8")))
        except InvalidInput as error:
            raise Internal(
                "calendar.stored",
                f"The stored notice {path} cannot be read: {error.detail}",
                hint="Remove the file and load the notice again with `tongban calendar load`.",
            ) from error
    return calendar
