"""Fees, counts, necessity, what may follow, and procedures that stop the clock."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.guides.limits import TimeUnit
from tongban.catalogue.guides.procedures import ProcedureKind, read_procedures
from tongban.catalogue.guides.terms import (
    Necessity,
    read_count,
    read_fee,
    read_may_follow,
    read_necessity,
    read_source,
    read_yes,
)
from tongban.catalogue.guides.words import citations, plain, stands_for_nothing


@pytest.mark.parametrize(
    ("words", "charges"),
    [
        ("不收费", []),
        ("免费", []),
        ("0元", []),
        ("否", []),
        (False, []),
        (0, []),
        ("20元", [("", "20", "")]),
        ("邮寄速递费20元", [("邮寄速递费", "20", "")]),
        ("工本费１０元/本", [("工本费", "10", "本")]),
        ("住宅80元/件，非住宅550元/件", [("住宅", "80", "件"), ("非住宅", "550", "件")]),
        ("1.5万元", [("", "15000", "")]),
        ("二十元", [("", "20", "")]),
        (12.5, [("", "12.5", "")]),
        ([{"name": "临时号牌", "standard": "5 元/证"}], [("临时号牌", "5", "证")]),
    ],
)
def test_fees_are_read(words: Any, charges: list[tuple[str, str, str]]) -> None:
    """In yuan, with what for and for each of what."""
    fee = read_fee(words).value

    assert fee is not None
    assert [(one.what, one.amount, one.per) for one in fee.charges] == [
        (what, Decimal(amount), per) for what, amount, per in charges
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("是", "fee.no_amount"),
        (True, "fee.no_amount"),
        ("暂无", "guide.placeholder"),
        ("无", "guide.placeholder"),
        ("详见收费目录清单公示", "fee.points_elsewhere"),
        ("按物价部门规定收取", "fee.points_elsewhere"),
        ("80元-550元", "fee.range"),
        ("交易额的3%", "fee.rate"),
        ("免费；工本费5元", "fee.several"),
        ("酌情", "fee.unreadable"),
        (-1, "fee.impossible"),
        (float("nan"), "fee.impossible"),
        ({}, "guide.wrong_type"),
    ],
)
def test_fees_that_cannot_be_told_are_refused(words: Any, code: str) -> None:
    """A fee is never made up."""
    reading = read_fee(words)

    assert (reading.value, [one.code for one in reading.problems]) == (None, [code])


@pytest.mark.parametrize(
    ("words", "expected"),
    [(1.0, 1), ("0次", 0), ("最多跑一次", 1), ("1-2次", 2), ("零跑动", 0), ("一式三份", 3), ("72", 72)],
)
def test_counts_are_read(words: Any, expected: int) -> None:
    """Visits and copies."""
    assert read_count(words).value == expected


@pytest.mark.parametrize("words", ["原件1份，复印件2份", "若干", -1, 1.5, True, [1], "无", 10**9])
def test_counts_that_cannot_be_told_are_refused(words: Any) -> None:
    """One number or none."""
    reading = read_count(words)

    assert reading.value is None
    assert len(reading.problems) == 1


LEGEND = {"1": "必要", "2": "非必要", "3": "容缺后补"}


@pytest.mark.parametrize(
    ("said", "legend", "expected"),
    [
        ("1", None, Necessity.REQUIRED),
        (2.0, None, Necessity.NOT_ALWAYS),
        ("必要", None, Necessity.REQUIRED),
        ("非必要", None, Necessity.NOT_ALWAYS),
        ("容缺后补", None, Necessity.MAY_FOLLOW),
        ("3", LEGEND, Necessity.MAY_FOLLOW),
        ("1", {"1": "可选"}, Necessity.OPTIONAL),
        ("3", None, None),
        ("4", LEGEND, None),
        ("看情况", None, None),
    ],
)
def test_the_guides_own_legend_says_what_its_codes_mean(
    said: Any, legend: Any, expected: Necessity | None
) -> None:
    """A code that neither the legend nor the portals know is refused."""
    reading = read_necessity(said, legend)

    assert reading.value == expected
    assert bool(reading.problems) == (expected is None)


def test_sources_are_read() -> None:
    """Who hands it in or issues it."""
    assert [read_source(one).value for one in ("10", "政府部门核发", "99", "天上")] == [
        "applicant",
        "government",
        "other",
        None,
    ]


def test_a_document_may_follow_within_a_time_or_the_time_is_missing() -> None:
    """容缺后补 with its time, and without."""
    within = read_may_follow("材料齐全，承诺后6个月内补齐").value

    assert within is not None
    assert (within.amount, within.unit) == (6, TimeUnit.MONTH)
    assert [one.code for one in read_may_follow("可容缺").problems] == ["material.follow_unclear"]
    assert read_may_follow("加盖公章").value is None


def test_yes_and_no() -> None:
    """As portals write them."""
    assert [read_yes(one).value for one in ("是", "0", True, "有", "无")] == [True, False, True, True, False]
    assert read_yes("也许").problems


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("无", []),
        ("否", []),
        ("不需要现场勘验", []),
        ("专家评审15个工作日", [(ProcedureKind.EXPERT_REVIEW, "15", False)]),
        (
            "现场踏勘（5个工作日）、公示（7个工作日），时间不计入办理时限",
            [(ProcedureKind.SITE_VISIT, "5", True), (ProcedureKind.PUBLIC_NOTICE, "7", True)],
        ),
        ("听证所需时间不计算在内", [(ProcedureKind.HEARING, None, True)]),
        ([{"name": "检验检测", "days": "10个工作日"}], [(ProcedureKind.TESTING, "10", False)]),
        ("涉及招标、拍卖的", [(ProcedureKind.TENDER, None, False), (ProcedureKind.AUCTION, None, False)]),
    ],
)
def test_special_procedures_are_read(
    words: Any, expected: list[tuple[ProcedureKind, str | None, bool]]
) -> None:
    """Which, how long, and whether their time is counted."""
    found = read_procedures(words).value

    assert found is not None
    assert [
        (one.kind, f"{one.duration.amount:f}" if one.duration else None, one.stops_clock) for one in found
    ] == expected


def test_what_the_law_says_of_special_procedures_is_told() -> None:
    """Art. 45 wants the time told, and does not leave a public notice out of the limit."""
    assert [one.code for one in read_procedures("听证").problems] == ["procedure.no_duration"]
    assert [one.code for one in read_procedures("公示7个工作日，不计入时限").problems] == [
        "procedure.not_in_law"
    ]
    assert [one.code for one in read_procedures("是").problems] == ["procedure.unnamed"]
    assert [one.code for one in read_procedures("喝茶").problems] == ["procedure.unknown"]


def test_texts_are_cleaned_for_people() -> None:
    """HTML and invisible characters go, what people read stays."""
    assert plain("<p>居民&nbsp;户口簿<br>（复印件）</p>\u200b") == "居民 户口簿\n（复印件）"
    assert plain("面积<5平方米且>1") == "面积<5平方米且>1"


def test_placeholders_are_known() -> None:
    """Texts that stand for nothing, and texts that do not."""
    assert all(
        stands_for_nothing(one) for one in ("空", "暂无", "／", "无", "暂无承诺办结时限说明", "N/A", "　")
    )
    assert not any(stands_for_nothing(one) for one in ("无欠税证明", "无犯罪记录", "0", "空调"))


def test_laws_are_cited_with_their_articles() -> None:
    """Each law with its own articles."""
    first, second = citations("1.《社会保险法》（主席令第35号）第五十四条；2.《某条例》第三条、第四条。")

    assert (first.title, first.number, first.articles) == ("社会保险法", "主席令第35号", ("第五十四条",))
    assert (second.title, second.articles) == ("某条例", ("第三条", "第四条"))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(anything)
def test_no_value_crashes_a_reader(value: Any) -> None:
    """Every reader gives a value or says why not."""
    for read in (
        read_fee,
        read_count,
        read_necessity,
        read_source,
        read_may_follow,
        read_yes,
        read_procedures,
    ):
        reading = read(value)
        assert reading.value is not None or reading.problems or value is None or read is read_may_follow
