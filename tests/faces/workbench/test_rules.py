"""What the decision rules find, and what the forms make of it. One item is moved from a system to a clerk."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.workbench import desk
from tests.fixtures import changed_catalogue
from tongban.casework import queries as casework
from tongban.catalogue import queries
from tongban.catalogue.domain import Catalogue

ITEM = "sale_contract_filing"


@pytest.fixture
def catalogue(db: None) -> Iterator[Catalogue]:
    """The content, but the contract of sale is filed by a clerk: that item has rules of every kind."""
    del db
    yield changed_catalogue({f"items/{ITEM}.yaml": ("via: system", "via: workbench")})
    queries.forget()


@pytest.fixture
def filing(catalogue: Catalogue, mother: UUID) -> casework.DispatchView:
    """A sale against which three rules speak."""
    same = "430102199203040336"
    values = {
        "property.ownership_kind": "joint",
        "seller.spouse_agrees": False,
        "property.mortgaged": True,
        "property.sealed_up": False,
        "seller.id_number": same,
        "buyer.id_number": same,
    }
    application_id = desk.open_case(catalogue, mother, "second_hand_home", (ITEM,), values)
    return casework.case(application_id, mother).dispatches[0]


def test_findings_stand_on_the_case_view_with_the_law(
    registrar: Client, filing: casework.DispatchView
) -> None:
    """Each rule that holds is named with what it proposes and the article; one that does not hold is not."""
    html = registrar.get(f"/workbench/dispatches/{filing.id}/").content.decode()
    found = html.partition("findings-title")[2].partition("</section>")[0]
    assert "共同共有的房子，配偶不同意就不能出售。" in found
    assert "第三百零一条" in found
    for word in ("建议不予", "需要人工审查", "建议补正"):
        assert found.count(word) == 1
    assert "查封" not in found


def test_a_refusal_begins_with_the_rules_that_hold(registrar: Client, filing: casework.DispatchView) -> None:
    """The reason is ticked, its article chosen, and both go out as the applicant will read them."""
    path = f"/workbench/dispatches/{filing.id}/decision"
    html = registrar.get(path).content.decode()
    assert re.search(r'name="rule"[^>]*value="spouse_disagrees"[^>]*checked', html)
    assert not re.search(r'name="rule"[^>]*value="sealed_up"[^>]*checked', html)
    assert '<option value="civil_code:第三百零一条" selected>' in html
    sent = {"version": filing.version, "decision": "reject", "rule": "spouse_disagrees", "step": "check"}
    html = registrar.post(path, sent).content.decode()
    assert "共同共有的房子，配偶不同意就不能出售。" in html
    assert "《中华人民共和国民法典》第三百零一条" in html
    assert registrar.post(path, sent | {"step": "send"}).status_code == 302


def test_a_notice_begins_with_what_the_rules_name(registrar: Client, filing: casework.DispatchView) -> None:
    """What a rule wants corrected is ticked already, with the rule's words; nothing else is."""
    html = registrar.get(f"/workbench/dispatches/{filing.id}/correction").content.decode()
    assert re.findall(r'name="pick"[^>]*value="([^"]+)"[^>]*checked', html) == ["buyer.id_number"]
    assert ">买方和卖方不能是同一个人。</textarea>" in html
