"""The seeded clerks of a demo walk, where a risk calls for a joint review and where it does not."""

from uuid import UUID

import pytest

from tests.fixtures import catalogue_published, clerk_post, open_case, person
from tongban.casework import queries
from tongban.casework.domain.moves import CaseState
from tongban.casework.events import JointSettled, JointSigned
from tongban.catalogue.domain import Catalogue
from tongban.journal import queries as journal
from tongban.runtime import walk
from tongban.runtime.clerk import DemoClerk

__all__ = ["catalogue_published", "person"]

ITEM = "cancellation_no_objection"


@pytest.mark.parametrize("owes", [True, False])
def test_the_demo_walks_through_a_joint_review(
    catalogue_published: Catalogue,
    person: UUID,
    owes: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    """With contributions owed one department objects, is given the paper and agrees; else all just sign."""
    for code in ("market_regulation", "tax", "human_resources", "customs", "medical_insurance"):
        clerk_post(f"clerk-{code}-a", code)
    values = {
        "company.insurance_arrears": owes,
        "company.cancellation_kind": "simple",
        "company.notice_objections": 0,
        "company.frozen_equity": False,
        "company.company_region": "430102",
    }
    case = open_case(catalogue_published, person, "company_cancellation", (ITEM,), values)
    clerk = DemoClerk()
    for _ in range(12):
        view = queries.case(case, person)
        if view.row.ended_at is not None:
            break
        clerk.look(view)
        walk.mend(queries.case(case, person), case, person)
    assert queries.case(case, person).state is CaseState.DONE
    assert clerk.decided == [ITEM]
    words = [(one.data["department"], one.data["agrees"]) for one in journal.stream(case, [JointSigned.TYPE])]
    settled = [one.data["decision"] for one in journal.stream(case, [JointSettled.TYPE])]
    assert settled == (["correction"] if owes else [])
    assert (("human_resources", False) in words) is owes
    assert words[-1] == (("human_resources", True) if owes else ("customs", True))
