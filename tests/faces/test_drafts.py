"""The designer's pages about drafts, as their readers use them."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.faces.walk import PASSWORD
from tests.fixtures import clerk_post
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.domain import Catalogue
from tongban.design import actions, queries, reviewing
from tongban.identity.domain import Post, Role

Browse = Callable[[str], Client]


pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def people(catalogue: Catalogue) -> Iterator[dict[str, Post]]:
    """Two designers and an approver, over the content of this repository."""
    del catalogue
    yield {
        name: clerk_post(name, "development_reform", roles=[role])
        for name, role in (
            ("designer-a", Role.DESIGNER),
            ("designer-b", Role.DESIGNER),
            ("approver-a", Role.APPROVER),
        )
    }
    catalogue_queries.forget()


def browser(name: str) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


def words(response: Any) -> str:
    """The page's text without its tags, for what a reader sees."""
    text = re.sub(r"<(script|style|template).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def changed(people: dict[str, Post], **more: Any) -> UUID:
    """A draft of designer-a in which the birth certificate is changed."""
    post = people["designer-a"]
    draft = actions.open_draft(post, "出生证明少跑一趟")
    content, _ = queries.file(post, draft, "items", "birth_certificate")
    actions.save(post, draft, "items", "birth_certificate", {**(content or {}), **more}, seen=0)
    return draft


def test_an_empty_list_says_what_will_be_here() -> None:
    """A designer can begin a draft from it; an approver sees no such button."""
    page = browser("designer-a").get("/designer/")
    assert "还没有草稿" in words(page)
    assert 'href="/designer/new"' in page.content.decode()
    assert 'href="/designer/new"' not in browser("approver-a").get("/designer/").content.decode()
    assert Client().get("/designer/").status_code == 302


def test_a_draft_is_begun_from_an_item_and_edited_as_text() -> None:
    """Choose, change a line, save: the page says what changed, and the check speaks."""
    client = browser("designer-a")
    made = client.post("/designer/new", {"start": "items/birth_certificate", "title": ""})
    assert made.status_code == 302
    draft = queries.drafts(clerk_post("designer-a", "development_reform", roles=[Role.DESIGNER])).rows[0]
    assert draft.title == "出生医学证明首次签发"
    assert "出生医学证明" in words(client.get(f"/designer/drafts/{draft.id}/"))
    address = f"/designer/drafts/{draft.id}/file/items/birth_certificate"
    form = client.get(address).content.decode()
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)
    assert text
    from html import unescape

    longer = re.sub(r"(promised:\s+amount: )\d+", r"\g<1>99", unescape(text[1]))
    saved = client.post(address, {"text": longer, "seen": "0"})
    assert saved.status_code == 302
    assert "承诺时限超过了法定时限" in words(client.get(address))
    stale = client.post(address, {"text": longer + "\n", "seen": "0"})
    assert stale.status_code in {302, 422}
    broken = client.post(address, {"text": "item: [", "seen": "1"})
    assert broken.status_code == 422


def test_a_new_draft_needs_a_title_or_a_start() -> None:
    """An empty form is told what is missing."""
    page = browser("designer-a").post("/designer/new", {"start": "", "title": " "})
    assert page.status_code == 422
    assert "1 到 120 个字" in words(page)


def test_a_draft_goes_from_review_to_what_applies_and_back(people: dict[str, Post]) -> None:
    """Review, submit, decided by another, the list of versions, rolled back: all by pages."""
    before = catalogue_queries.current()
    draft = changed(people, visits=3)
    designer, approver = browser("designer-a"), browser("approver-a")
    review = designer.get(f"/designer/drafts/{draft}/review")
    assert "没有发现错误" in words(review)
    assert "没有新开放任何数据权限" in words(review)
    assert designer.get(f"/designer/drafts/{draft}/decide").status_code == 403
    today = catalogue_queries.today()
    empty = designer.post(f"/designer/drafts/{draft}/submit", {"applies_from": "soon", "note": "好"})
    assert empty.status_code == 422
    designer.post(f"/designer/drafts/{draft}/submit", {"applies_from": today.isoformat(), "note": "少跑一趟"})

    assert "有 1 份草稿等您审批" in words(approver.get("/designer/"))
    page = approver.get(f"/designer/drafts/{draft}/decide")
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert seen
    refused = approver.post(f"/designer/drafts/{draft}/decide", {"decision": "refuse", "seen": seen[1]})
    assert refused.status_code == 422
    assert "请写明原因" in words(refused)
    done = approver.post(f"/designer/drafts/{draft}/decide", {"decision": "approve", "seen": seen[1]})
    assert done.headers["Location"] == "/designer/versions"
    catalogue_queries.forget()  # a test's transaction is never committed, so nobody hears of it
    assert catalogue_queries.current().version == seen[1]

    versions = approver.get("/designer/versions")
    assert "少跑一趟" in words(versions)
    assert "出生证明少跑一趟" in words(versions)
    compare = approver.get("/designer/versions/compare", {"old": before.version, "new": seen[1]})
    assert "由1改为3" in words(compare).replace(" ", "")
    back = f"/designer/versions/{before.version}/again"
    assert designer.get(back).status_code == 403
    assert approver.post(back, {"applies_from": today.isoformat(), "note": ""}).status_code == 422
    approver.post(back, {"applies_from": today.isoformat(), "note": "先退回去"})
    catalogue_queries.forget()
    assert catalogue_queries.current().version == before.version


def test_an_error_keeps_the_button_away_and_links_to_the_file(people: dict[str, Post]) -> None:
    """The finding stands first, with a way to the editor."""
    draft = changed(people, department="nobody")
    page = browser("designer-a").get(f"/designer/drafts/{draft}/review")
    assert "要先改好" in words(page)
    assert re.search(rf'href="/designer/drafts/{draft}/[^"]*birth_certificate', page.content.decode())
    assert f"/designer/drafts/{draft}/submit" not in page.content.decode()


def test_colleagues_talk_beside_the_files(people: dict[str, Post]) -> None:
    """A comment is read by the other, dealt with, and the list counts what is open."""
    draft = changed(people, visits=3)
    other = browser("designer-b")
    other.post(
        f"/designer/drafts/{draft}/comment",
        {"text": "<b>三次</b>？", "file": "items/birth_certificate", "element": "visits"},
    )
    page = browser("designer-a").get(f"/designer/drafts/{draft}/")
    assert "&lt;b&gt;三次&lt;/b&gt;？" in page.content.decode()
    assert "1 条意见未处理" in words(other.get("/designer/"))
    remark = queries.draft(people["designer-a"], draft).comments[0].id
    other.post(f"/designer/drafts/{draft}/comments/{remark}", {"resolved": "1"})
    assert "条意见未处理" not in words(other.get("/designer/"))


def test_small_steps_by_page(people: dict[str, Post]) -> None:
    """Undo, redo, rename, give up."""
    draft = changed(people, visits=3)
    client, post = browser("designer-a"), people["designer-a"]
    step = {"kind": "items", "code": "birth_certificate"}
    client.post(f"/designer/drafts/{draft}/step", {**step, "way": "undo"})
    assert queries.changes(draft) == {}
    client.post(f"/designer/drafts/{draft}/step", {**step, "way": "redo"})
    assert queries.changes(draft)
    client.post(f"/designer/drafts/{draft}/rename", {"title": "新名字"})
    assert queries.draft(post, draft).title == "新名字"
    assert "放弃草稿" in words(client.get(f"/designer/drafts/{draft}/discard"))
    client.post(f"/designer/drafts/{draft}/discard")
    assert queries.draft(post, draft).state == "discarded"


def test_the_api_needs_the_safety_token(people: dict[str, Post]) -> None:
    """A page of another site cannot save into a draft."""
    draft = changed(people, visits=3)
    client = Client(enforce_csrf_checks=True)
    client.login(username="designer-a", password=PASSWORD)
    address = f"/api/designer/drafts/{draft}/files/items/birth_certificate"
    refused = client.put(address, {"content": {}, "seen": 1}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "request.csrf")
    page = client.get(f"/designer/drafts/{draft}/").content.decode()
    token = re.search(r'<meta name="csrf" content="(\w+)"', page)
    assert token
    kept = client.put(
        address,
        {"content": {"item": "birth_certificate"}, "seen": 1},
        content_type="application/json",
        headers={"X-CSRFToken": token[1]},
    )
    assert kept.json()["revision"] == 2


def test_the_api_says_who_was_quicker(people: dict[str, Post]) -> None:
    """The problem names the colleague and the moment, so that a person can decide; a save needs `seen`."""
    draft = changed(people, visits=3)
    client = browser("designer-b")
    address = f"/api/designer/drafts/{draft}/files/items/birth_certificate"
    told = client.put(address, {"content": {}}, content_type="application/json", headers={"If-Match": '"0"'})
    assert told.status_code == 409
    assert (told.json()["code"], told.json()["by"], told.json()["revision"]) == (
        "draft.changed",
        "designer-a",
        1,
    )
    assert dt.datetime.fromisoformat(told.json()["at"])
    assert client.put(address, {"content": {}}, content_type="application/json").status_code == 428
    assert client.get("/api/designer/drafts/00000000-0000-7000-8000-000000000000").status_code == 404
    assert Client().get(address).status_code == 401


def test_a_try_out_walks_the_draft_and_touches_nobody(people: dict[str, Post]) -> None:
    """A made-up applicant: what is asked, in which order departments work, and no case anywhere."""
    from tongban.casework import queries as cases

    draft = changed(people, visits=3)
    client = browser("designer-a")
    page = client.get(f"/designer/drafts/{draft}/tryout")
    assert "新生儿" in words(page)
    assert "按系统算出的计划走" in words(page)
    assert "出生医学证明" in words(page)
    assert page.content.decode().count("data-step=") >= 5
    drawn = client.get(f"/designer/drafts/{draft}/tryout", {"event": "company_cancellation"})
    assert "按画好的流程图走" in words(drawn)
    field = re.search(r'name="(v:[^"]+)"', page.content.decode())
    assert field
    again = client.post(f"/designer/drafts/{draft}/tryout", {"event": "newborn", field[1]: "\x07"})
    assert again.status_code == 200
    assert not cases.any_case()


def test_a_draft_that_fell_behind_is_brought_up_to_date(people: dict[str, Post]) -> None:
    """Two drafts change one item; the second to be approved has to choose first."""
    first, second = changed(people, visits=3), changed(people, visits=4)
    today = catalogue_queries.today()
    seen = actions.submit(people["designer-a"], first, today, "一")
    actions.approve(people["approver-a"], first, seen)
    client = browser("designer-a")
    assert "又发布了别的版本" in words(client.get(f"/designer/drafts/{second}/"))
    page = client.get(f"/designer/drafts/{second}/rebase")
    assert "两边都改过" in words(page)
    none = client.post(f"/designer/drafts/{second}/rebase", {"onto": seen})
    assert none.status_code == 422
    chosen = {"onto": seen, "choice:items/birth_certificate": "theirs"}
    assert client.post(f"/designer/drafts/{second}/rebase", chosen).status_code == 302
    assert queries.changes(second) == {}


def test_a_new_decision_begins_with_a_table_that_can_be_opened(people: dict[str, Post]) -> None:
    """One column and one rule that leaves it to a person; a second of the same name gets its own code."""
    post, client = people["designer-a"], browser("designer-a")
    draft = actions.open_draft(post, "新的")
    addresses = set()
    for _ in range(2):
        made = client.post(f"/designer/drafts/{draft}/make", {"name": "新<表>"})
        addresses.add(made.headers["Location"])
        assert client.get(made.headers["Location"]).status_code == 200
    assert len(addresses) == 2
    review, _ = reviewing.review_of(draft)
    assert [one for one in review.findings if one.is_error] == []
