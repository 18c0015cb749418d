"""How long one form takes: that of the largest life event, with every question answered by one person.

Prints one JSON line. The baseline is the same derivation in the same run, each condition read from its text
anew. Beside it the forms of many people of the newborn event are counted again plainly (for each need of each
item evaluate its condition over the values, leave out what is known and what siblings produce). Both agree.
"""

import json
import random
import sys
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tongban.catalogue.domain import BoundEvent, Catalogue, DataElement, Shape, feel, load
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.intake.domain.derivation import context_of
from tongban.rules import expression

SITUATIONS = 30
ROUNDS = 20
LIMIT_MS = 10
"""What a form may take at most."""
DECIDED = {
    "child.delivery_place": ["hospital", "home", "abroad"],
    "child.plurality": [1, 2],
    "child.father_stated": [True, False],
    "mother.marital_status": ["10", "20"],
    "mother.insurance_kind": ["employee", "resident", "none"],
    "mother.ethnic_group": ["01", "15"],
    "father.ethnic_group": ["01", "15"],
    "father.id_document_type": ["111", "414"],
    "application.receive_by": ["post", "none"],
    "child.premium_payment_method": ["online", "family_account"],
}


def situations() -> list[Situation]:
    """People of whom what decides something is known, and some of the rest."""
    dice = random.Random(20261123)
    made = []
    for _ in range(SITUATIONS):
        facts: dict[str, Any] = {address: dice.choice(values) for address, values in DECIDED.items()}
        facts |= {
            f"mother.{name}": "甲" for name in ("name", "household_number") if dice.choice((True, False))
        }
        known = {address: Known(value, Provenance(kind="registry")) for address, value in facts.items()}
        made.append(Situation(applicant="mother", known=known))
    return made


def recounted(bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> set[str]:
    """The addresses to ask because an item needs them."""
    context = context_of(catalogue, {address: one.value for address, one in situation.known.items()})

    active = [item for item in bound.items if item.when is None or item.when.holds(context)]
    produced = {address for item in active for address in item.produces}
    needed = {
        need.element
        for item in active
        for need in item.needs
        if need.when is None or need.when.holds(context)
    }
    return needed - produced - situation.known.keys()


def naive(bound: BoundEvent, catalogue: Catalogue, situation: Situation) -> Derivation:
    """The same form, its conditions read from their texts as if it were the first one."""
    feel._compiled.cache_clear()  # noqa: SLF001 - that is what the baseline is about
    feel._names.cache_clear()  # noqa: SLF001
    expression._compile.cache_clear()  # noqa: SLF001
    return derive(bound, catalogue, situation)


def asked(derivation: Derivation) -> set[str]:
    """What the derivation asks because an item needs it."""
    return {
        question.address
        for question in derivation.fields
        if not all(reason.decides for reason in question.reasons)
    }


def largest(catalogue: Catalogue) -> BoundEvent:
    """The life event with the most needs and documents."""
    shaped = [catalogue.shaped(code, Shape()) for code in catalogue.life_events]
    return max(shaped, key=lambda bound: sum(len(item.needs) + len(item.materials) for item in bound.items))


def filled_in(bound: BoundEvent, catalogue: Catalogue) -> Situation:
    """One person of whom nothing is known, who has answered everything that is asked."""
    situation = Situation(applicant=bound.event.applicant[0])
    while True:
        fields = derive(bound, catalogue, situation).fields
        typed = {
            one.address: example(one.element, catalogue)
            for one in fields
            if one.address not in situation.answers
        }
        if not typed:
            return situation
        situation = replace(situation, answers={**situation.answers, **typed})


def example(element: DataElement, catalogue: Catalogue) -> Any:
    """A value that the element may hold."""
    if element.code_list:
        return catalogue.code_list(element.code_list).codes[0].code
    plain = {"boolean": True, "integer": 2, "decimal": "1", "money": "1", "date": "2020-01-01"}
    plain["datetime"] = "2020-01-01T08:00:00+08:00"
    return plain.get(element.type, "甲")


def main() -> None:
    """Measure both and print the line."""
    catalogue = load(Path(__file__).parents[1] / "catalogue")
    bound, work = catalogue.bound("newborn"), situations()
    counted = [recounted(bound, catalogue, one) for one in work]
    if [asked(derive(bound, catalogue, one)) for one in work] != counted:
        sys.exit("The derivation and the recount disagree.")
    bound = largest(catalogue)
    person = filled_in(bound, catalogue)
    fields = [one.address for one in derive(bound, catalogue, person).fields]
    derive_s = naive_s = float("inf")
    for _ in range(ROUNDS):  # by turns and the best of each, so that a busy machine treats both alike
        started = process_time()
        derived = derive(bound, catalogue, person)
        derive_s = min(derive_s, process_time() - started)
        started = process_time()
        plain = naive(bound, catalogue, person)
        naive_s = min(naive_s, process_time() - started)
        if not [one.address for one in derived.fields] == [one.address for one in plain.fields] == fields:
            sys.exit("The two derivations disagree.")
        derive(bound, catalogue, person)  # fills what the baseline has emptied
    line = {
        "benchmark": "form_derivation",
        "event": bound.code,
        "questions": len(fields),
        "value": round(derive_s * 1000, 2),
        "unit": "ms/form",
        "limit": LIMIT_MS,
        "within": derive_s * 1000 < LIMIT_MS,
        "baseline": "the same derivation, each condition compiled for each form",
        "baseline_value": round(naive_s * 1000, 2),
        "ratio": round(naive_s / derive_s, 2),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
