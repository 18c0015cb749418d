"""民政, the assistance desk: who lives on minimum subsistence, and the two allowances of the disabled."""

from datetime import date, datetime, timedelta
from sqlite3 import Connection
from typing import Any, Final
from zoneinfo import ZoneInfo

from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Decision,
    Flaw,
    Lookup,
    Matter,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments.population import PERSONAS, World
from departments.population_disability import is_poor
from departments.population_pension import months_after

LIVING, CARE = "CJR-SHBT", "CJR-HLBT"
CHINA: Final = ZoneInfo("Asia/Shanghai")
YUAN: Final = {LIVING: 100, CARE: 100}
"""Monthly; the real amounts are set by each city and year."""
SEVERE: Final = {"一级", "二级"}


def _seed(db: Connection, world: World) -> None:
    db.executemany(
        "insert into assist values (?, ?)",
        ((one.id_number, int(is_poor(place))) for place, one in enumerate(world.people)),
    )


def _assisted(db: Connection, asked: Asked) -> Answer:
    number = asked.json().get("cardId")
    if not isinstance(number, str):
        raise Unreadable("cardId")
    row = db.execute("select * from assist where card_id = ?", (number,)).fetchone()
    if row is None:
        return Answer.json({"success": True, "total": 0, "list": []})
    record = {"cardId": number, "db": "是" if row["poor"] else "否", "qtjz": "否"}
    return Answer.json({"success": True, "total": 1, "list": [{"self": record}]})


def _decide(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    """两项补贴: each once, from the month of the application."""
    told = matter.fields.get("cjr") or {}
    number = told.get("cardId")
    person = db.execute("select name from person where card_id = ?", (number,)).fetchone()
    if person is None or person["name"] != told.get("xm"):
        return correction(_wrong("cjr.xm", "姓名和身份证不一致。"))
    if not (told.get("xzh") or told.get("cjrzh")):
        return correction(_wrong("cjr.cjrzh", "没有残疾人证号。"))
    if told.get("zhmc") not in {None, "", person["name"]}:
        return correction(_wrong("cjr.zhmc", "收款账户不是本人的。"))
    row = db.execute("select poor from assist where card_id = ?", (number,)).fetchone()
    if matter.item == LIVING and not (row and row["poor"]):
        return rejected("BT01", "不是低保家庭，不能领生活补贴。", "国发〔2015〕52号")
    if matter.item == CARE and (told.get("pddj") or told.get("cjdj")) not in SEVERE:
        return rejected("BT02", "护理补贴给一级、二级的重度残疾人。", "国发〔2015〕52号")
    if db.execute("select 1 from allowance where card_id = ? and kind = ?", (number, matter.item)).fetchone():
        return rejected("BT03", "已经在领这项补贴。", "国发〔2015〕52号")
    db.execute("insert into allowance values (?, ?, ?)", (number, matter.item, YUAN[matter.item]))
    first = months_after(today.replace(day=1), 0)
    starts = datetime(first.year, first.month, 1, tzinfo=CHINA)
    at = (starts - datetime(1970, 1, 1, tzinfo=CHINA)) // timedelta(milliseconds=1) - 8 * 3_600_000
    names = ("shbt", "shqf") if matter.item == LIVING else ("hlbt", "hlqf")
    return approved({"cjr": dict(zip(names, (str(YUAN[matter.item]), at), strict=True))})


def _described(world: World) -> list[Described]:
    number = world.people[PERSONAS["mother"]].id_number
    record: dict[str, Any] = {"cardId": number, "db": "否", "qtjz": "否"}
    return [
        Described(
            method="POST",
            path="/shjz/rest/assist/list",
            name="assist",
            summary="社会救助信息查询",
            request={"cardId": number},
            answer={"success": True, "total": 1, "list": [{"self": record}]},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field, what=what, why="补贴要发给本人。", how="请核对后重新填写。", law="国发〔2015〕52号"
    )


DESK: Final = Desk(
    schema="""
        create table assist (card_id text primary key, poor integer not null);
        create table allowance (card_id text not null, kind text not null, yuan integer not null,
            primary key (card_id, kind))
    """,
    tables=("assist", "allowance"),
    items={LIVING: "living_allowance", CARE: "care_allowance"},
    seed=_seed,
    lookups=(Lookup("assist", "POST", "/shjz/rest/assist/list", _assisted),),
    decide=_decide,
    described=_described,
)
