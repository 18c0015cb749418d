"""Taking in the yearly notice of public holidays; `catalogue.calendars` reads what is stored here.

Needs neither Django nor the database, so the command line and every process read the same days.
"""

import json
import os
from pathlib import Path

from tongban.catalogue import calendars
from tongban.kernel.calendar import Calendar, Notice, parse_notice

_FOLDER = "calendar"


def load(home: Path, text: str) -> tuple[Notice, Calendar]:
    """Store a published notice, replacing an earlier one of the same year; the notice and the calendar now.

    Raises:
        InvalidInput: ``notice.*``; nothing has been stored.
    """
    notice = parse_notice(text)
    folder = home / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{notice.year}.yaml"
    fresh = folder / f".{notice.year}.{os.getpid()}"
    # JSON is YAML.
    fresh.write_text(json.dumps(notice.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(path)
    return notice, calendars.current(home)
