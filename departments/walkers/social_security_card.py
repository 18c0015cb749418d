"""Anyone may exchange a card for one of the third generation, again and again; first those with a pension."""

from departments.population import Person
from departments.walkers import Walker, residents


def _fits(person: Person) -> bool:
    return person.insurance_kind == "employee" and person.birth_date.year < 1964  # noqa: PLR2004, pensioners


WALKER = Walker(
    role="holder",
    people=residents("cardholder", _fits),
    answers=lambda _world, _username: {
        "application.card_request": "third_generation",
        "holder.transit_discount": "none",
    },
)
