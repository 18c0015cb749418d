"""Erasing a case: nothing personal is left in any table, the trace still proves."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from tests.casework import moving
from tests.casework.conftest import Time, time
from tests.casework.test_drawn import EVENT, REST
from tests.fixtures import catalogue_published, open_case, person
from tongban.casework import queries
from tongban.casework.events import CaseErased
from tongban.casework.models import Case
from tongban.catalogue.domain import Catalogue
from tongban.exchange.models import Outbox
from tongban.journal import queries as journal
from tongban.journal.events import SYSTEM
from tongban.kernel.errors import Conflict, InvalidInput
from tongban.process import actions as process
from tongban.process import queries as processes
from tongban.runtime import erasing

__all__ = ["catalogue_published", "person", "time"]

FIRM = "长沙云麓软件有限公司"
VALUES = {
    "company.cancellation_kind": "simple",
    "company.company_name": FIRM,
    "company.credit_code": "91430102MA4L0YX51C",
}


def rows_that_hold(text: str) -> list[str]:
    """Tables in which a text stands anywhere."""
    found = {
        model._meta.db_table
        for model in apps.get_models()
        for row in model.objects.all().values()  # type: ignore[attr-defined]
        if text in json.dumps(row, default=_plain, ensure_ascii=False)
    }
    return sorted(found)


def _plain(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def test_nothing_personal_is_left_and_the_trace_still_proves(
    catalogue_published: Catalogue, person: UUID, time: Time
) -> None:
    """The firm's name is in no table, the variables of its process are gone, who did what when is there."""
    del time
    case = open_case(catalogue_published, person, EVENT, values=VALUES)
    with pytest.raises(Conflict):
        erasing.erase(case, "依申请删除", actor=SYSTEM)
    process.set_variables(case, {"remark": FIRM})
    for item in ("tax_clearance", "cancellation_no_objection", "company_deregistration", *REST):
        moving.approve(case, item)
    assert Case.objects.get(pk=case).ended_at is not None
    assert processes.variables(case)["remark"] == FIRM
    assert rows_that_hold(FIRM)
    with pytest.raises(InvalidInput):
        erasing.erase(case, " ", actor=SYSTEM)
    if Outbox.objects.filter(delivered_at=None).exists():
        with pytest.raises(Conflict):
            erasing.erase(case, "依申请删除", actor=SYSTEM)
        Outbox.objects.update(delivered_at=Case.objects.get(pk=case).ended_at)
    steps = len(journal.stream(case))

    assert erasing.erase(case, "依申请删除", actor=SYSTEM) is True
    assert rows_that_hold(FIRM) == []
    assert rows_that_hold(VALUES["company.credit_code"]) == []
    assert processes.variables(case) == {}
    assert processes.instance(case).status == "completed"
    assert journal.verify(case) == []
    assert len(journal.stream(case)) == steps + 2  # the process's and the case's word that it was done
    [event] = moving.events(case, CaseErased)
    assert event.data["instances"] == 1
    payload = journal.payload(event.id)
    assert payload == {"reason": "依申请删除"}
    view = queries.case(case, person)
    assert [one.state for one in view.dispatches] == ["approved"] * 7
    assert erasing.erase(case, "again", actor=SYSTEM) is False
    moving.all_is_well(case)
