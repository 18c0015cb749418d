"""Words, dates, clocks, fields and problem pages, each on its own."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import translation

from tongban.catalogue.domain import Catalogue, CodeEntry, CodeList, DataElement, Text
from tongban.faces.citizen.lanes import lanes
from tongban.faces.common import clocks, forms, problems, words
from tongban.faces.common.middleware import policy
from tongban.kernel.calendar import official
from tongban.kernel.clock import Limit, Paused, Started, Stopped, Unit, fold
from tongban.kernel.errors import FieldFault, InvalidInput, NotFound
from tongban.process.planner import Step, plan

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=words.ZONE)  # a Monday
YES = Text("是", "是", "Yes")


def element(kind: str, **more: Any) -> DataElement:
    """An element of a type."""
    given = {"code": "thing", "name": Text("东西", "東西", "Thing"), "of": ("person",), "grade": "internal"}
    return DataElement(**(given | {"type": kind} | more))


def lists(count: int) -> Catalogue:
    """A catalogue with one list of `count` codes."""
    codes = tuple(CodeEntry(code=f"{n:02}", name=Text.same(f"第{n}"), pinyin="di yi") for n in range(count))
    return Catalogue(code_lists={"list": CodeList(code="list", name=YES, codes=codes)})


@pytest.fixture(autouse=True)
def _chinese() -> Any:
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-hans", "11月27日（星期五）"), ("zh-hant", "11月27日（星期五）"), ("en", "Friday 27 November")],
)
def test_a_date_has_its_weekday(language: str, expected: str) -> None:
    """I need not look up which day of the week it is."""
    with time_machine.travel(NOON, tick=False), translation.override(language):
        assert words.day(dt.date(2026, 11, 27)) == expected


def test_another_year_is_named() -> None:
    """In November a date in January says its year."""
    with time_machine.travel(NOON, tick=False):
        assert words.day(dt.date(2027, 1, 4)) == "2027年1月4日（星期一）"


def test_a_moment_is_the_persons_time() -> None:
    """23:30 UTC is the next morning here."""
    with time_machine.travel(NOON, tick=False):
        assert words.moment(dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)) == "11月23日（星期一） 07:30"


@pytest.mark.parametrize(
    ("kind", "more", "raw", "expected"),
    [
        ("boolean", {}, True, "是"),
        ("boolean", {}, False, "否"),
        ("boolean", {}, None, "没有填"),
        ("money", {}, "12345.60", "¥12,345.60"),
        ("decimal", {"unit": "kg"}, "3.25", "3.25 千克"),
        ("date", {}, "2026-11-03", "2026年11月3日（星期二）"),
        ("date", {}, "no date", "no date"),
        ("string", {"format": "region"}, "430102", "湖南省长沙市芙蓉区"),
        ("string", {"format": "region"}, "999999", "999999"),
        ("string", {}, "<b>", "<b>"),
    ],
)
def test_a_value_reads_as_words(kind: str, more: dict[str, Any], raw: Any, expected: str) -> None:
    """Codes, dates and amounts are shown the way people write them."""
    assert words.value(element(kind, **more), raw, Catalogue()) == expected


def clock(*events: Any, limit: Limit | None = None, now: dt.datetime = NOON) -> clocks.Shown:
    """A clock of five working days as it is shown."""
    return clocks.shown(fold(limit or Limit(5), events, official(), now))


def test_a_running_clock_says_how_much_is_left_and_until_when() -> None:
    """I see how many working days are left and the day with its weekday."""
    with time_machine.travel(NOON, tick=False):
        shown = clock(Started(dt.datetime(2026, 11, 20, 9, tzinfo=words.ZONE)))
    assert shown.words == "还剩 4 个工作日，11月27日（星期五）前办结"
    assert (shown.tone, shown.note, shown.share) == ("running", "", 20)


def test_one_day_in_english_is_no_plural() -> None:
    """English says 1 working day, not 1 working days."""
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        shown = clock(Started(dt.datetime(2026, 11, 20, 9, tzinfo=words.ZONE)), limit=Limit(2))
    assert shown.words == "1 working day left, due by Tuesday 24 November"
    assert shown.tone == "soon"


def test_an_overdue_clock_says_whose_limit_it_was() -> None:
    """A broken promise is called one."""
    with time_machine.travel(NOON, tick=False):
        shown = clock(Started(dt.datetime(2026, 11, 9, 9, tzinfo=words.ZONE)))
    assert shown.words == "已超过承诺时限 5 个工作日，应于11月16日（星期一）办结"
    assert (shown.tone, shown.share) == ("late", 100)


def test_a_paused_clock_stands_still_in_words() -> None:
    """While something waits for me the clock says that it stands still."""
    start = dt.datetime(2026, 11, 19, 9, tzinfo=words.ZONE)
    shown = clock(
        Started(start), Paused(dt.datetime(2026, 11, 20, 9, tzinfo=words.ZONE), "correction", "art. 32")
    )
    assert shown.words == "计时已暂停，恢复后还剩 5 个工作日"
    assert shown.tone == "paused"


def test_a_stopped_clock_says_what_was_used() -> None:
    """When it is done I see how long it took."""
    start = dt.datetime(2026, 11, 18, 9, tzinfo=words.ZONE)
    shown = clock(Started(start), Stopped(dt.datetime(2026, 11, 20, 9, tzinfo=words.ZONE)))
    assert (shown.words, shown.tone) == ("已办结，用时 2 个工作日", "stopped")


def test_what_is_done_on_the_same_day_says_so() -> None:
    """Nobody reads that something took no working days."""
    start = dt.datetime(2026, 11, 23, 9, tzinfo=words.ZONE)
    assert clock(Started(start), Stopped(start + dt.timedelta(hours=1))).words == "当天办结"


def test_a_date_in_an_unpublished_year_is_provisional_and_names_the_year() -> None:
    """Nobody promises me a date that hangs on holidays that are not announced."""
    start = dt.datetime(2026, 11, 20, 9, tzinfo=words.ZONE)
    shown = clock(Started(start), limit=Limit(60))
    assert shown.note == "暂定：2027 年放假安排公布后可能调整"


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2026, 12, 29), 2027),
        (dt.date(2026, 12, 31), 2027),
        (dt.date(2027, 1, 4), 2027),
        (dt.date(2027, 12, 30), 2027),
        (dt.date(2028, 2, 1), 2028),
        (dt.date(2026, 12, 28), 2026),
    ],
)
def test_the_note_names_the_year_whose_notice_is_missing(day: dt.date, year: int) -> None:
    """New Year reaches back: the 29th to 31st of a published December wait for the next year's notice."""
    assert clocks.provisional(day) == f"暂定：{year} 年放假安排公布后可能调整"


def test_a_clock_that_ends_in_the_last_days_of_december_names_the_next_year() -> None:
    """A promise for 30 December 2026 hangs on the holidays of 2027, and says so."""
    start = dt.datetime(2026, 12, 23, 9, tzinfo=words.ZONE)
    with time_machine.travel(start, tick=False):
        shown = clock(Started(start), now=start)
    assert shown.words.endswith("12月30日（星期三）前办结")
    assert shown.note == "暂定：2027 年放假安排公布后可能调整"


def test_hours_are_shown_with_the_hour() -> None:
    """A limit in hours ends at an hour."""
    with time_machine.travel(NOON, tick=False):
        shown = clock(Started(NOON - dt.timedelta(hours=2)), limit=Limit(24, Unit.HOUR))
    assert shown.words == "还剩 22 小时，11月24日（星期二） 10:00 前办结"


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("string", {}, "line"),
        ("integer", {}, "line"),
        ("money", {}, "line"),
        ("phone", {}, "line"),
        ("text", {}, "long"),
        ("address", {}, "long"),
        ("boolean", {}, "choice"),
        ("date", {}, "date"),
        ("datetime", {}, "datetime"),
        ("string", {"format": "region"}, "select"),
    ],
)
def test_each_type_has_its_field(kind: str, more: dict[str, Any], expected: str) -> None:
    """What is asked looks like what is to be answered."""
    shown = forms.field_of(element(kind, **more), name="child.thing", label="问？", catalogue=Catalogue())
    assert shown.kind == expected
    assert shown.id == "f-child-thing"


@pytest.mark.parametrize(("count", "expected"), [(8, "choice"), (9, "select")])
def test_a_long_list_can_be_searched(count: int, expected: str) -> None:
    """Up to eight codes are all on the page; more are searched by typing, also by pinyin."""
    shown = forms.field_of(element("code", code_list="list"), name="a.b", label="问", catalogue=lists(count))
    assert shown.kind == expected
    assert shown.options[0].find == "di yi diyi dy"


def test_three_boxes_become_one_date() -> None:
    """Year, month and day come together; what cannot be a date goes down as it was typed."""
    wanted = {"child.birth_date": element("date")}
    boxes = {"child.birth_date:year": "2026", "child.birth_date:month": "1", "child.birth_date:day": "5"}
    assert forms.read(boxes, wanted) == {"child.birth_date": "2026-01-05"}
    assert forms.read(boxes | {"child.birth_date:month": "13"}, wanted) == {"child.birth_date": "2026-13-05"}
    assert forms.read({}, wanted) == {"child.birth_date": ""}


def test_a_date_comes_back_into_its_boxes() -> None:
    """What I typed is still there when something else was wrong."""
    shown = forms.field_of(element("date"), name="a.b", label="问", catalogue=Catalogue(), value="2026-01-05")
    assert [part.value for part in shown.parts] == ["2026", "01", "05"]
    assert shown.target == "f-a-b-year"


def test_a_fault_names_the_limits_of_its_field() -> None:
    """The message says which numbers are possible, with the unit."""
    weight = element("decimal", unit="kg", min=Decimal("0.3"), max=Decimal(8))
    fault = FieldFault("child.thing", "answer.range", "This must lie between 0.3 and 8.")
    shown = forms.field_of(weight, name="child.thing", label="多重？", catalogue=Catalogue(), fault=fault)
    assert shown.error == "数值超出范围（0.3 千克 至 8 千克），请检查单位。"
    [line] = forms.summary([fault], [shown])
    assert (line.href, line.lead + line.words) == ("#f-child-thing", "多重？ " + shown.error)
    assert shown.described.split() == ["f-child-thing-error", "f-child-thing-unit"]


def test_an_unknown_fault_still_says_something() -> None:
    """A rule without words of its own falls back to a plain sentence, in English to the rule's own words."""
    fault = FieldFault("a.b", "never.heard_of", "The thing is crooked.", "Bend it.")
    assert problems.fault_sentence(fault) == "这一项填得不对，请检查。"
    with translation.override("en"):
        assert problems.fault_sentence(fault) == "The thing is crooked. Bend it."


def test_programs_get_a_problem_document() -> None:
    """Under /api/ an error is RFC 9457 with its code."""
    response = problems.answer(RequestFactory().get("/api/x"), InvalidInput("some.code", "Wrong."))
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert b'"code": "some.code"' in response.content


@pytest.mark.parametrize(
    "error", [NotFound("case.not_found", "No such case."), NotFound("page.missing", "Nothing.")]
)
def test_missing_and_strange_read_the_same(error: NotFound) -> None:
    """The words of a 404 do not tell what it was that is missing."""
    assert problems.sentence(NotFound("page.missing", "Nothing.")) == problems.sentence(error)


def test_the_policy_lets_pages_hear_progress_and_nothing_else() -> None:
    """Only the stream's origin is added, without its path."""
    assert "connect-src 'self' http://127.0.0.1:8001;" in policy("http://127.0.0.1:8001/live")
    assert "connect-src 'self';" in policy(None)
    assert "unsafe" not in policy("http://127.0.0.1:8001")


def test_lanes_begin_where_what_they_wait_for_ends() -> None:
    """The picture of the plan shows what runs at once and what waits."""
    steps = [
        Step(code="a", department="health", limit=Limit(2), produces=frozenset({"child.number"})),
        Step(code="b", department="health", limit=Limit(3), needs=frozenset({"child.number"})),
        Step(code="c", department="health", limit=Limit(4)),
    ]
    drawn = {lane.code: lane for lane in lanes(plan(steps, official(), dt.date(2026, 11, 23)))}
    assert (drawn["a"].x, drawn["a"].width) == (0.0, 40.0)
    assert (drawn["b"].x, drawn["b"].width) == (40.0, 60.0)
    assert (drawn["c"].x, drawn["c"].width) == (0.0, 80.0)
    assert drawn["b"].waits_for == ("a",)


def test_a_fault_of_the_house_has_a_page_without_database(client: Client) -> None:
    """When everything fails the page still says what is safe and what to do."""
    del client
    response = problems.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "已经保存的内容不会丢" in response.content.decode()
