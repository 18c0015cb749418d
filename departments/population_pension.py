"""When the synthetic residents retire, and what they have paid in: by law and by their place alone.

The dates follow the State Council's measures on the gradual rise of the statutory retirement age, annexed to
the decision of 13 September 2024 (in force since 1 January 2025).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from departments._records import Person, World

PERSONAL_ACCOUNTS = date(1996, 1, 1)
"""Since then contributions are paid to personal accounts; service before counts as deemed contributions."""
EARLY_DAYS = 31
"""One may apply this long before the statutory date."""
FORMER_AGE = {"1": 60, "2": 55}
"""Before the reform; women in workers' posts at 50, of which the synthetic registers know none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pension:
    """One resident's pension record."""

    retires_on: date
    work_started_on: date
    months: int
    """Months actually paid since 1996."""
    deemed_months: int
    """Months of service before 1996 that can be recognised."""


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the month's last day if there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)  # noqa: PLR2004, December
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def delay_months(sex: str, born: date, former_age: int) -> int:
    """By how many months the reform delays the retirement of someone born on `born`.

    Men and women of 55: a month for every four, at most 36; women of 50: a month for every two, at most 60.
    """
    first = {60: date(1965, 1, 1), 55: date(1970, 1, 1), 50: date(1975, 1, 1)}[former_age]
    if sex == "1" and former_age != FORMER_AGE["1"]:
        raise ValueError("Men had one retirement age.")
    step, most = (2, 60) if former_age == 50 else (4, 36)  # noqa: PLR2004, the third group of the measures
    since = (born.year - first.year) * 12 + born.month - first.month
    return 0 if since < 0 else min(since // step + 1, most)


def retires_on(sex: str, born: date, former_age: int | None = None) -> date:
    """The statutory retirement date."""
    age = former_age or FORMER_AGE[sex]
    return months_after(born, age * 12 + delay_months(sex, born, age))


def pension_of(world: World, place: int, today: date) -> Pension | None:
    """The record of the resident at `place`; None for who is not insured as an employee."""
    person = world.people[place]
    if person.insurance_kind != "employee":
        return None
    # Every third began after 1996 and has nothing to be recognised.
    began = months_after(person.birth_date, 12 * (33 if place % 3 == 0 else 21) + place % 12)
    ends = min(today, retires_on(person.sex, person.birth_date))
    return Pension(
        retires_on=retires_on(person.sex, person.birth_date),
        work_started_on=began,
        months=max(_months(max(began, PERSONAL_ACCOUNTS), ends), 0),
        deemed_months=max(_months(began, PERSONAL_ACCOUNTS), 0),
    )


def is_retired(person: Person, today: date) -> bool:
    """Whether somebody has drawn a pension for long: a year after the statutory date."""
    return retires_on(person.sex, person.birth_date) < today - timedelta(days=365)


def medical_years(pension: Pension, place: int) -> tuple[int, int]:
    """Years of medical contributions altogether and in the province; every fifth lacks some."""
    whole = (pension.months + pension.deemed_months) // 12
    years = whole - 6 if place % 5 == 0 else whole + 2
    return max(years, 0), max(min(years, pension.months // 12), 0)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
