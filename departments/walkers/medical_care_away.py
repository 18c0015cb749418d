"""Somebody insured here who lives elsewhere, has a chronic disease, and has paid a bill there already."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from departments.population import PERSONAS, Person, World
from departments.population_moves import has_chronic_disease
from departments.walkers import Walker


def patients(world: World) -> Iterator[tuple[str, Person]]:
    """Insured residents with an entitlement for a chronic disease."""
    named = set(PERSONAS.values())
    for place, person in enumerate(world.people):
        if place not in named and has_chronic_disease(place) and person.insurance_kind != "none":
            yield f"patient-{place}", person


def answers(world: World, _username: str) -> Mapping[str, Any]:
    """Care in Shenzhen, with a bill of last month."""
    today = max(one.born_on for one in world.births)
    return {
        "patient.away_care_kind": "long_term_resident",
        "patient.away_region": "440300",
        "patient.away_from_on": (today + timedelta(days=8)).isoformat(),
        "patient.paid_out_of_pocket": True,
        "patient.admitted_on": (today - timedelta(days=40)).isoformat(),
        "patient.discharged_on": (today - timedelta(days=33)).isoformat(),
        "patient.care_total_amount": "18260.50",
    }


WALKER = Walker(role="patient", people=patients, answers=answers)
