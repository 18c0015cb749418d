"""How many forms are derived per second, against the same derivation whose conditions are read for each form.

Prints one JSON line. Both run over the same situations of the newborn event in this run. What is asked must
agree with a plain recount: for each need of each item evaluate its condition over the values, then leave out
what is known and what siblings produce.
"""

import json
import random
import sys
from pathlib import Path
from time import process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from tongban.catalogue.domain import BoundEvent, Catalogue, feel, load
from tongban.intake.domain import Derivation, Known, Provenance, Situation, derive
from tongban.intake.domain.derivation import context_of
from tongban.rules import expression

SITUATIONS = 30
ROUNDS = 3
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


def main() -> None:
    """Measure both and print the line."""
    catalogue = load(Path(__file__).parents[1] / "catalogue")
    bound, work = catalogue.bound("newborn"), situations()
    counted = [recounted(bound, catalogue, one) for one in work]
    derive_s = naive_s = float("inf")
    for _ in range(ROUNDS):  # by turns and the best of each, so that a busy machine treats both alike
        started = process_time()
        derived = [derive(bound, catalogue, one) for one in work]
        derive_s = min(derive_s, process_time() - started)
        started = process_time()
        plain = [naive(bound, catalogue, one) for one in work]
        naive_s = min(naive_s, process_time() - started)
        if not [asked(one) for one in derived] == [asked(one) for one in plain] == counted:
            sys.exit("The derivation and the recount disagree.")
    line = {
        "benchmark": "form_derivation",
        "value": round(SITUATIONS / derive_s),
        "unit": "forms/s",
        "baseline": "the same derivation, each condition compiled for each form",
        "baseline_value": round(SITUATIONS / naive_s),
        "ratio": round(naive_s / derive_s, 2),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
