"""The yearly notice of the State Council on public holidays, as a small file to load when it appears.

The file is YAML or JSON::

    year: 2027
    source: 国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕N号）
    holidays:
      - 2027-01-01
      - 2027-02-05..2027-02-11
    makeup_workdays:
      - 2027-02-14

`holidays` are days off, weekend days among them or not; `makeup_workdays` are weekend days that are worked.
Days lie in the notice's year; 29 to 31 December of the year before are allowed too, because New Year's
arrangements reach back (the notice for 2019 made 29 December 2018 a working day and the 31st a day off).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongban.kernel import canonical
from tongban.kernel.errors import FieldFault, InvalidInput

REACH_BACK_DAY = 29
"""From this day of December on, the notice for the following year may still change a day."""

MAX_TEXT = 64 * 1024
MAX_RANGE_DAYS = 31

_KEYS = ("year", "source", "holidays", "makeup_workdays")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Which days of one year are off and which weekend days are worked, and who says so."""

    year: int
    source: str
    """Title and number of the published notice."""
    holidays: frozenset[date]
    makeup_workdays: frozenset[date]

    def to_json(self) -> dict[str, Any]:
        """The notice as plain JSON that `parse_notice` reads again; single days, sorted."""
        return {
            "year": self.year,
            "source": self.source,
            "holidays": sorted(day.isoformat() for day in self.holidays),
            "makeup_workdays": sorted(day.isoformat() for day in self.makeup_workdays),
        }

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits over the year and its days; the wording of the source does not count."""
        content = self.to_json()
        del content["source"]
        return canonical.digest(content)[:8]

    @property
    def first_day(self) -> date:
        """The first day this notice has a say in: 29 December of the year before."""
        return date(self.year - 1, 12, REACH_BACK_DAY)

    @property
    def end(self) -> date:
        """The day after its last one: from 29 December on the next notice speaks."""
        return date(self.year, 12, REACH_BACK_DAY)


def parse_notice(text: str) -> Notice:
    """The notice in a YAML or JSON text.

    Raises:
        InvalidInput: ``notice.*``; everything that is wrong with the days is listed at once in `faults`.
    """
    entries = _mapping(text)
    year_text, source = entries.get("year"), entries.get("source")
    if not isinstance(year_text, str) or not _YEAR.fullmatch(year_text):
        raise _refusal("year", "The notice names no year.", "Write `year: 2027`.")
    if not isinstance(source, str) or not source.strip():
        raise _refusal("source", "The notice names no source.", "Give the title and number of the notice.")
    year = int(year_text)
    faults: list[FieldFault] = []
    holidays = _days("holidays", entries.get("holidays"), year, faults)
    makeup = _days("makeup_workdays", entries.get("makeup_workdays", []), year, faults)
    faults += [
        _fault(f"makeup_workdays.{day}", "weekday", f"{day} is no Saturday or Sunday.", "Check the date.")
        for day in sorted(makeup)
        if day.weekday() < _SATURDAY
    ]
    faults += [
        _fault(
            f"makeup_workdays.{day}", "both", f"{day} is both a day off and worked.", "Remove one of the two."
        )
        for day in sorted(holidays & makeup)
    ]
    if not holidays and not faults:
        faults.append(_fault("holidays", "empty", "The notice has no day off.", "List its holidays."))
    if faults:
        raise InvalidInput(
            "notice.days",
            f"The notice for {year} has {len(faults)} faulty entries: {faults[0].detail}",
            hint=faults[0].hint,
            faults=faults,
        )
    return Notice(year=year, source=source.strip(), holidays=holidays, makeup_workdays=makeup)


def _mapping(text: str) -> dict[str, Any]:
    """The file's entries with every scalar as text, so that YAML's own ideas of types play no part."""
    if len(text) > MAX_TEXT:
        raise _refusal("size", "The file is far too long for a notice.", "Load the notice of one year.")
    import yaml  # here, since commands that count days seldom read a notice

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- BaseLoader builds only text, list, dict
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise _refusal(
            "syntax", f"The file is neither YAML nor JSON{where}.", "Compare it with the example."
        ) from None
    if not isinstance(node, yaml.MappingNode) or not isinstance(entries, dict):
        raise _refusal("syntax", "The file holds no entries.", f"It needs {', '.join(_KEYS)}.")
    keys = [str(key.value) for key, _ in node.value]
    for key in keys:
        if key not in _KEYS:
            raise _refusal("key", f"Unknown entry {key[:40]!r}.", f"Known are {', '.join(_KEYS)}.")
        if keys.count(key) > 1:
            raise _refusal("key", f"The entry {key!r} stands twice.", "Join the two.")
    return entries


def _days(name: str, entries: Any, year: int, faults: list[FieldFault]) -> frozenset[date]:
    if not isinstance(entries, list):
        raise _refusal(name, f"{name} is no list.", "Write one day or range per line, each after a hyphen.")
    first, last = date(year - 1, 12, REACH_BACK_DAY), date(year, 12, 31)
    days: set[date] = set()
    for number, entry in enumerate(entries):
        address = f"{name}.{number}"
        try:
            found = list(_span(entry))
        except ValueError as error:
            faults.append(
                _fault(
                    address,
                    "format",
                    f"{str(entry)[:40]!r} is no day or range: {error}.",
                    "Write 2027-02-05..2027-02-11.",
                )
            )
            continue
        for day in found:
            if not first <= day <= last:
                hint = f"Days lie between {first} and {last}."
                faults.append(_fault(address, "year", f"{day} does not belong to {year}.", hint))
            elif day in days:
                faults.append(_fault(address, "twice", f"{day} is listed twice.", "Remove one of the two."))
            days.add(day)
    return frozenset(days)


def _span(entry: Any) -> Iterator[date]:
    if not isinstance(entry, str):
        raise ValueError("not a text")  # noqa: TRY004 -- one kind of error, told to the author of the file
    start_text, dots, end_text = (part.strip() for part in entry.partition(".."))
    start = _day(start_text)
    end = _day(end_text) if dots else start
    if not 0 <= (end - start).days < MAX_RANGE_DAYS:
        raise ValueError("it ends before it starts or is longer than a month")
    return (start + timedelta(days=n) for n in range((end - start).days + 1))


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError("a day is written YYYY-MM-DD")
    return date.fromisoformat(text)


def _fault(address: str, rule: str, detail: str, hint: str) -> FieldFault:
    return FieldFault(address, f"notice.{rule}", detail, hint)


def _refusal(rule: str, detail: str, hint: str) -> InvalidInput:
    return InvalidInput(f"notice.{rule}", detail, hint=hint)
