"""The public catalogue: search, items, departments, versions."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.fixtures import changed_catalogue
from tongban.catalogue import queries
from tongban.catalogue.domain import Catalogue
from tongban.catalogue.folders import product_folder

ELSEWHERE = {"zh-hans": "zh-CN", "zh-hant": "zh-HK", "en": "en"}


@pytest.fixture
def reader(catalogue: Catalogue) -> Client:
    """Anyone, not signed in."""
    del catalogue
    return Client(headers={"accept-language": "zh-CN"})


def page(client: Client, path: str, status: int = 200) -> str:
    """The text of a page."""
    response = client.get(path)
    assert (path, response.status_code) == (path, status)
    return response.content.decode()


def test_every_page_of_the_catalogue_is_there_in_three_languages(catalogue: Catalogue) -> None:
    """No item, department or guide breaks its page, and none shows an id or a gap instead of words."""
    paths = ["/catalogue/", "/catalogue/changes"]
    paths += [f"/events/{code}/" for code in catalogue.life_events]
    paths += [f"/catalogue/items/{code}/" for code in catalogue.items]
    paths += [f"/catalogue/departments/{code}/" for code in catalogue.departments]
    for tag in ELSEWHERE.values():
        client = Client(headers={"accept-language": tag})
        for path in paths:
            text = re.sub(r"<[^>]+>", " ", page(client, path).partition("<main")[2])
            assert (path, re.findall(r"\b(?:citizen|catalogue|stage)\.\w[\w.]*|\{\w+\}", text)) == (path, [])


def test_an_item_s_page_says_what_its_file_says(reader: Client, catalogue: Catalogue) -> None:
    """Who decides, how long, what for, what replaces a paper, how to appeal, and where it is part of."""
    item = catalogue.item("household_registration_newborn")
    text = page(reader, "/catalogue/items/household_registration_newborn/")

    assert item.name.zh_hans in text
    assert catalogue.department(item.department).name.zh_hans in text
    assert item.appeal is not None
    assert item.appeal.zh_hans in text
    assert all(need.why.zh_hans in text for need in item.needs)
    assert all(
        catalogue.material(code).name.zh_hans in text for one in item.materials for code, _ in one.papers
    )
    assert 'href="/events/newborn/"' in text


@pytest.mark.parametrize(
    "path", ["/catalogue/items/nothing/", "/catalogue/departments/nothing/", "/events/x/"]
)
def test_what_is_not_there_is_said_to_be_missing(reader: Client, path: str) -> None:
    """An old link ends on a page that says so."""
    page(reader, path, status=404)


def test_results_say_why_they_were_found(reader: Client) -> None:
    """A synonym, pinyin, or what was probably meant."""
    assert "意思相同" in page(reader, "/search?q=报户口")
    assert "拼音是" in page(reader, "/search?q=ershoufang")
    slip = page(reader, "/search?q=新生而")
    assert "您是不是要找" in slip
    assert 'href="/search?q=%E6%96%B0%E7%94%9F%E5%84%BF"' in slip


def test_nothing_found_shows_ways_on(reader: Client) -> None:
    """The whole catalogue by stage, another wording, the telephone."""
    text = page(reader, "/search?q=xqzwvk")

    assert "没有找到" in text
    assert 'href="/catalogue/"' in text
    assert 'href="/events/newborn/"' in text


@pytest.mark.parametrize("number", ["1", "2", "999", "0", "-1", "x", "²"])
def test_results_have_pages(reader: Client, number: str) -> None:
    """Ten to a page; a page that is not there shows the nearest."""
    text = page(reader, f"/search?q=登记&page={number}")

    assert 0 < text.count('class="hit"') <= 10
    assert 'rel="next"' in text or 'rel="prev"' in text


@pytest.fixture
def changed(catalogue: Catalogue) -> Iterator[Catalogue]:
    """A newer version: the deed tax is settled at once."""
    text = (product_folder() / "items" / "deed_tax.yaml").read_text(encoding="utf-8")
    before = re.search(r"promised: \{amount: \d+", text)
    assert before is not None
    assert catalogue.item("deed_tax").limits.promised.amount
    yield changed_catalogue({"items/deed_tax.yaml": (before.group(), "promised: {amount: 0")})
    queries.forget()


def test_the_changes_page_says_what_a_new_version_changed(
    reader: Client, catalogue: Catalogue, changed: Catalogue
) -> None:
    """The newest first, each against the one before; one life event alone; nonsense is ignored."""
    text = page(reader, "/catalogue/changes")

    assert "改为当场办结" in text
    assert text.index(changed.version) < text.index(catalogue.version)
    assert "改为当场办结" in page(reader, "/catalogue/changes?event=second_hand_home")
    assert "改为当场办结" not in page(reader, "/catalogue/changes?event=newborn")
    assert "改为当场办结" not in page(reader, f"/catalogue/changes?new={catalogue.version}")
    assert page(reader, "/catalogue/changes?old=%27&new=%27") != ""


def test_the_guide_follows_a_new_version_at_once(reader: Client, request: pytest.FixtureRequest) -> None:
    """What is kept in memory is kept by version: nobody reads yesterday's limits."""
    before = page(reader, "/events/second_hand_home/")
    changed: Any = request.getfixturevalue("changed")
    queries.forget()

    assert changed.item("deed_tax").limits.promised.amount == 0
    assert page(reader, "/events/second_hand_home/") != before
