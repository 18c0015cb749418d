"""The inbox: order, filters in the address, paging, several at once, posts."""

import datetime as dt
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from tests.faces.workbench import desk
from tests.faces.workbench.conftest import enrol
from tongban.casework import queries
from tongban.casework.domain.moves import State
from tongban.catalogue.domain import Catalogue
from tongban.identity import actions as identity
from tongban.identity.domain import Role

NOW = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)
"""A Wednesday, 11:00 in Changsha."""


@pytest.fixture(autouse=True)
def _wednesday() -> Iterator[None]:
    """Every test of this page happens on that day."""
    with time_machine.travel(NOW, tick=True):
        yield


def at(day: int) -> dt.datetime:
    """Ten in the morning of a day of November 2026."""
    return dt.datetime(2026, 11, day, 2, 0, tzinfo=dt.UTC)


def opened_on(day: int, catalogue: Catalogue, person: UUID) -> UUID:
    """A case that came in on that day; its promise is two working days."""
    with time_machine.travel(at(day), tick=False):
        return desk.utilities(catalogue, person)


def numbers(client: Client, query: str = "") -> list[str]:
    """The case numbers on the page, in order."""
    html = client.get(f"/workbench/{query}").content.decode()
    return re.findall(r'<span class="number">([^<]+)</span>', html)


def number(application_id: UUID, person: UUID) -> str:
    """The number of a case."""
    return queries.case(application_id, person).number


def dispatch(application_id: UUID, person: UUID, item: str = "utilities_transfer") -> queries.DispatchView:
    """One item of a case."""
    return next(one for one in queries.case(application_id, person).dispatches if one.item.code == item)


def pick(application_id: UUID, person: UUID) -> str:
    """What a row of the list sends."""
    found = dispatch(application_id, person)
    return f"{found.id}:{found.version}"


def test_what_runs_out_first_stands_first(registrar: Client, catalogue: Catalogue, mother: UUID) -> None:
    """Overdue before due tomorrow before due later; the day a case came in is not counted."""
    later, overdue, tomorrow = (opened_on(day, catalogue, mother) for day in (25, 18, 24))
    assert numbers(registrar) == [number(each, mother) for each in (overdue, tomorrow, later)]
    html = registrar.get("/workbench/").content.decode()
    assert "已超过承诺时限 3 个工作日，应于11月20日（星期五）办结" in html
    assert "还剩 1 个工作日，11月26日（星期四）前办结" in html
    assert "没有法定时限" in html


def test_filters_stand_in_the_address(registrar: Client, catalogue: Catalogue, mother: UUID) -> None:
    """A filtered list can be sent to a colleague as an address; each filter narrows as it says."""
    later, overdue, tomorrow = (opened_on(day, catalogue, mother) for day in (25, 18, 24))
    names = {each: number(each, mother) for each in (later, overdue, tomorrow)}
    assert numbers(registrar, "?clock=overdue") == [names[overdue]]
    assert numbers(registrar, "?clock=risk") == [names[overdue], names[tomorrow]]
    assert numbers(registrar, f"?q={names[later][-10:]}") == [names[later]]
    assert numbers(registrar, "?state=accepted") == []
    assert numbers(registrar, "?item=utilities_transfer") == [names[overdue], names[tomorrow], names[later]]
    assert numbers(registrar, "?mine=mine") == []
    seen = dispatch(later, mother)
    registrar.post(f"/workbench/dispatches/{seen.id}/claim", {"version": seen.version})
    assert numbers(registrar, "?mine=mine") == [names[later]]
    assert numbers(registrar, "?mine=free") == [names[overdue], names[tomorrow]]


@pytest.mark.parametrize(
    "query", ["?state=nonsense", "?clock=%00", "?page=-1", "?page=99999", "?page=abc", "?mine=x"]
)
def test_a_filter_that_nobody_offers_counts_as_none(
    registrar: Client, catalogue: Catalogue, mother: UUID, query: str
) -> None:
    """A mistyped address shows the list, not an error."""
    application_id = desk.utilities(catalogue, mother)
    assert numbers(registrar, query) == [number(application_id, mother)]


def test_an_empty_list_says_what_will_be_here(registrar: Client) -> None:
    """Without tasks the page says so, and a filter that finds nothing can be cleared."""
    assert "现在没有任务" in registrar.get("/workbench/").content.decode()
    html = registrar.get("/workbench/?clock=overdue").content.decode()
    assert "没有符合条件的任务" in html
    assert 'href="/workbench/"' in html


def test_long_lists_have_pages_that_keep_the_filter(
    registrar: Client, catalogue: Catalogue, mother: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second page shows the rest, under the same filter."""
    monkeypatch.setattr("tongban.casework.inbox.PAGE", 2)
    for _ in range(3):
        desk.utilities(catalogue, mother)
    first, second = numbers(registrar, "?state=ready"), numbers(registrar, "?state=ready&page=2")
    assert (len(first), len(second), len({*first, *second})) == (2, 1, 3)
    assert "?state=ready&amp;page=2" in registrar.get("/workbench/?state=ready").content.decode()


def test_another_department_or_region_sees_nothing(catalogue: Catalogue, mother: UUID) -> None:
    """A list holds only the tasks of the post's own department in its own region, or one above it."""
    application_id = desk.utilities(catalogue, mother)
    assert numbers(enrol("tax", "税务", "tax")) == []
    assert numbers(enrol("next-door", "天心", "real_estate", "430103")) == []
    assert numbers(enrol("city", "长沙", "real_estate", "430100")) == [number(application_id, mother)]


def test_a_supervisor_has_no_inbox(catalogue: Catalogue) -> None:
    """The workbench is for clerks; other staff are told so."""
    del catalogue
    response = enrol("boss", "主任", "real_estate", roles=(Role.SUPERVISOR,)).get("/workbench/")
    assert response.status_code == 403
    assert "您的岗位没有这项工作权限" in response.content.decode()


def test_several_are_accepted_and_one_that_changed_stops_no_other(
    registrar: Client, colleague: Client, catalogue: Catalogue, mother: UUID
) -> None:
    """Each row has its own result; a row that a colleague took meanwhile says who did what."""
    cases = [desk.utilities(catalogue, mother) for _ in range(3)]
    picks = [pick(each, mother) for each in cases]
    taken = dispatch(cases[1], mother)
    colleague.post(f"/workbench/dispatches/{taken.id}/accept", {"version": taken.version})

    response = registrar.post(
        "/workbench/accept", {"row": picks, "next": "/workbench/?state=ready"}, follow=True
    )

    assert response.redirect_chain == [("/workbench/?state=ready", 302)]
    html = response.content.decode()
    assert html.count('class="good"') == 2
    assert html.count('class="bad"') == 1
    assert "陈涛受理了这一项" in html
    assert number(cases[1], mother) in html
    assert [dispatch(each, mother).state for each in cases] == [State.ACCEPTED] * 3
    assert "批量受理的结果" not in registrar.get("/workbench/").content.decode()


def test_one_row_is_accepted_by_its_own_button(registrar: Client, catalogue: Catalogue, mother: UUID) -> None:
    """The button of a row accepts that row only, whatever else is ticked."""
    one, two = desk.utilities(catalogue, mother), desk.utilities(catalogue, mother)
    registrar.post("/workbench/accept", {"row": [pick(two, mother)], "only": pick(one, mother)})
    assert (dispatch(one, mother).state, dispatch(two, mother).state) == (State.ACCEPTED, State.READY)


@pytest.mark.parametrize("rows", [[], ["nonsense"], ["0198c0de-0000-7000-8000-000000000000:x"]])
def test_nothing_selected_is_said(registrar: Client, rows: list[str]) -> None:
    """An empty or mangled selection changes nothing and says so."""
    response = registrar.post("/workbench/accept", {"row": rows}, follow=True)
    assert "还没有选中任务" in response.content.decode()


def test_a_strange_row_is_refused_without_words_about_it(
    registrar: Client, catalogue: Catalogue, inspector: Client, mother: UUID
) -> None:
    """A row of another department in the selection is refused, and its case is not named."""
    del registrar
    application_id = desk.utilities(catalogue, mother)
    html = inspector.post(
        "/workbench/accept", {"row": [pick(application_id, mother)]}, follow=True
    ).content.decode()
    assert 'class="bad"' in html
    assert number(application_id, mother) not in html
    assert dispatch(application_id, mother).state == State.READY


def test_a_clerk_with_two_posts_chooses(catalogue: Catalogue, mother: UUID) -> None:
    """The post stands in the head of each page, its tasks in the list, and another one can be chosen."""
    application_id = desk.utilities(catalogue, mother)
    client = enrol("both", "两岗", "tax")
    identity.enrol_staff(
        username="both",
        password="",
        display_name="",
        department="real_estate",
        region="430102",
        roles=[Role.CLERK],
    )
    html = client.get("/workbench/").content.decode()
    assert "芙蓉区 · 税务" in html
    assert numbers(client) == []
    chosen = re.search(r'<option value="(\d+)">芙蓉区 · 不动产', html)
    assert chosen is not None, html
    html = client.post("/workbench/post", {"post": chosen[1]}, follow=True).content.decode()
    assert "现在的岗位：芙蓉区 · 不动产" in html
    assert numbers(client) == [number(application_id, mother)]
    assert client.post("/workbench/post", {"post": "999999"}).status_code == 404


def test_whoever_is_not_signed_in_goes_to_the_sign_in(client: Client, catalogue: Catalogue) -> None:
    """The workbench is not public."""
    del catalogue
    assert client.get("/workbench/").headers["Location"] == "/login?next=/workbench/"


@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "收件箱"), ("zh-hant", "收件箱"), ("en", "Inbox")]
)
def test_three_languages(
    registrar: Client, catalogue: Catalogue, mother: UUID, language: str, title: str
) -> None:
    """The whole list is in the clerk's language."""
    desk.utilities(catalogue, mother)
    registrar.cookies["django_language"] = language
    html = registrar.get("/workbench/").content.decode()
    assert f"<h1>{title}</h1>" in html
    assert "workbench." not in re.sub(r'(?:href|src|action)="[^"]*"', "", html)
