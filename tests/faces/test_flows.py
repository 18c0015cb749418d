"""Cases as they flow: who may watch what, and that picture and table say what happened."""

import datetime as dt
import re
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from tests.faces.walk import PASSWORD
from tests.faces.workbench import desk
from tests.faces.workbench.conftest import enrol
from tongban.casework.models import Dispatch
from tongban.catalogue.domain import Catalogue
from tongban.identity.domain import Role

ITEMS = ("sale_contract_filing", "home_transfer_tax", "home_transfer_registration", "utilities_transfer")


def watcher(name: str, region: str, role: Role = Role.SUPERVISOR) -> Client:
    """Somebody who watches a region."""
    return enrol(name, "督办", "market_regulation", region, (role,))


def clerk_at(name: str, department: str) -> Client:
    """A clerk of a department in Furong."""
    return enrol(name, "窗口", department)


@pytest.fixture
def cases(catalogue: Catalogue, mother: UUID) -> list[UUID]:
    """Three cases of a second-hand home in Furong."""
    known = {item.code for item in catalogue.bound("second_hand_home").items}
    items = tuple(code for code in ITEMS if code in known)
    return [desk.open_case(catalogue, mother, "second_hand_home", items) for _ in range(3)]


def end(case: UUID, item: str, hours: float) -> None:
    """An item that took so long."""
    begun = timezone.now() - dt.timedelta(hours=hours)
    changed = Dispatch.objects.filter(case_id=case, item=item).update(
        state="approved", freed_at=begun, ended_at=begun + dt.timedelta(hours=hours)
    )
    assert changed == 1


def row(html: str, name: str) -> list[str]:
    """The cells of a table's row."""
    found = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', html)
    assert found, name
    return re.findall(r"<td>(.*?)</td>", found[1])


@pytest.mark.django_db
def test_the_table_says_how_many_and_how_long(cases: list[UUID], catalogue: Catalogue) -> None:
    """Of three cases two ended the item, in two and in six hours: the median is four hours."""
    code = "utilities_transfer"
    for case, hours in zip(cases, (2, 6), strict=False):
        end(case, code, hours)
    Dispatch.objects.filter(case_id=cases[2], item=code).update(
        state="accepted", freed_at=timezone.now(), promised_due_on=dt.date(2020, 1, 2)
    )
    html = watcher("sup-a", "430000").get("/flows/?event=second_hand_home").content.decode()
    item = catalogue.items[code]
    cells = row(html, item.name.zh_hans)
    assert cells[1:] == ["3", "2", "1", "1", "4 小时", "5.6 小时"]
    assert f'data-element="{code}"' in html
    assert "heat-5" in html


@pytest.mark.django_db
def test_a_supervisor_sees_the_cases_of_the_own_region_only(cases: list[UUID]) -> None:
    """Hunan sees the case in Furong; Guangdong sees neither it nor that it exists."""
    near, far = watcher("sup-b", "430000"), watcher("sup-c", "440000")
    assert near.get(f"/flows/cases/{cases[0]}/").status_code == 200
    assert far.get(f"/flows/cases/{cases[0]}/").status_code == 404
    assert f"/flows/cases/{cases[0]}/" in near.get("/flows/?event=second_hand_home").content.decode()
    assert "/flows/cases/" not in far.get("/flows/?event=second_hand_home").content.decode()


@pytest.mark.django_db
def test_a_case_is_shown_without_personal_data(cases: list[UUID]) -> None:
    """The diagram names items, departments and states, and neither the applicant nor any value."""
    html = watcher("sup-d", "430100").get(f"/flows/cases/{cases[0]}/").content.decode()
    held = Dispatch.objects.get(case_id=cases[0], item="utilities_transfer").case.values_held.all()
    for each in held:
        if each.address.endswith((".name", ".id_number", ".mobile")) and each.value:
            assert str(each.value) not in html, each.address
    assert html.count("data-element=") > 4


@pytest.mark.django_db
def test_who_does_not_watch_is_refused(cases: list[UUID], browser: Client) -> None:
    """A clerk without the role and an applicant are refused."""
    clerk = watcher("clerk-x", "430102", Role.CLERK)
    for client in (clerk, browser):
        assert client.get("/flows/").status_code == 403
        assert client.get(f"/flows/cases/{cases[0]}/").status_code == 403


@pytest.mark.django_db
def test_what_somebody_types_into_the_address_is_taken_calmly(cases: list[UUID]) -> None:
    """Unknown events, periods and pages show what there is instead of an error."""
    del cases
    client = watcher("sup-e", "430000", Role.OPERATOR)
    for query in ("event=nothing&days=-3&page=99999999999&by=x", "page=0", "days=7&by=volume&ended=yes"):
        assert client.get(f"/flows/?{query}").status_code == 200


@pytest.mark.django_db
def test_a_clerk_sees_how_the_whole_case_stands(cases: list[UUID]) -> None:
    """From a task one comes to the diagram of its case; who may not work the task gets nothing."""
    registrar = clerk_at("re-one", "real_estate")
    carrier = clerk_at("tr-one", "transport")
    found = Dispatch.objects.filter(case_id=cases[0], via="workbench", department="real_estate").first()
    assert found is not None
    assert registrar.get(f"/workbench/dispatches/{found.pk}/flow").status_code == 200
    assert carrier.get(f"/workbench/dispatches/{found.pk}/flow").status_code == 404


@pytest.mark.django_db
def test_staff_come_to_the_face_they_work_in(catalogue: Catalogue) -> None:
    """A supervisor begins at the flows, a clerk at the inbox, and no link of theirs is refused."""
    del catalogue
    watcher("sup-z", "430000")
    clerk_at("tax-z", "tax")
    for name, home in (("sup-z", "/flows/"), ("tax-z", "/workbench/")):
        client = Client()
        response = client.post("/login", {"username": name, "password": PASSWORD})
        assert response.headers["Location"] == home
        html = client.get(home).content.decode()
        nav = html[html.index('class="top-nav"') :].partition("</nav>")[0]
        for link in re.findall(r'href="([^"]+)"', nav):
            assert client.get(link).status_code == 200
