"""The working-day calendar in force: the official one with every notice that was loaded here.

Notices are files of the state directory (`<home>/calendar/<year>.yaml`), written by `tongban calendar load`.
"""

import os
from functools import lru_cache
from pathlib import Path

from tongban.kernel.calendar import Calendar, official
from tongban.kernel.notices import parse_notice


def current(home: Path | None = None) -> Calendar:
    """The calendar of this instance; a notice that was just loaded counts at once.

    `home` is the state directory; without it, that of the running instance.
    """
    if home is None:
        from django.conf import settings

        home = settings.CONFIG.home
    try:  # asked at each step of a process, so with as few calls as can be
        with os.scandir(f"{home}/calendar") as found:
            files = [(each.path, each.stat().st_mtime_ns) for each in found if each.name.endswith(".yaml")]
    except (FileNotFoundError, NotADirectoryError):
        files = []
    return _with(tuple(sorted(files)))


@lru_cache(maxsize=8)
def _with(files: tuple[tuple[str, int], ...]) -> Calendar:
    calendar = official()
    for path, _ in files:
        calendar = calendar.with_notice(parse_notice(Path(path).read_text(encoding="utf-8")))
    return calendar
