"""民政, the marriage registration office: who is single, and whom it marries."""

from datetime import UTC, date, datetime, timedelta
from sqlite3 import Connection
from typing import Any, Final
from zoneinfo import ZoneInfo

from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Decision,
    Flaw,
    Ground,
    Lookup,
    Matter,
    Paper,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments._store import next_serial
from departments.population import PERSONAS, World

CHINA: Final = ZoneInfo("Asia/Shanghai")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MARRY: Final = "HYDJ-JH"
AGES: Final = {"男": 22, "女": 20}
"""Civil Code, art. 1047."""


def _status(db: Connection, asked: Asked) -> Answer:
    number = asked.json().get("cardId")
    if not isinstance(number, str):
        raise Unreadable("cardId")
    row = db.execute("select * from person where card_id = ?", (number,)).fetchone()
    if row is None:
        return Answer.json({"success": True, "total": 0, "list": []})
    record = {"cardId": number, "hyzk": row["status"]}
    if row["status"] == "离婚":
        record["lhzh"] = f"L430102-2024-{number[-6:]}"
    return Answer.json({"success": True, "total": 1, "list": [{"self": record}]})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    """结婚登记: both known, single, of age, willing, not related."""
    form = matter.fields
    grounds: list[Ground] = []
    for role, sex in (("nan", "男"), ("nv", "女")):
        told = form.get(role) or {}
        row = db.execute("select * from person where card_id = ?", (told.get("cardId"),)).fetchone()
        if row is None:
            return rejected("HY01", f"{sex}方不在人口登记中。", "《婚姻登记条例》第八条")
        if row["name"] != told.get("xm"):
            return correction(_wrong(f"{role}.xm", f"{sex}方姓名和身份证不一致。"))
        if row["sex"] != sex:
            return correction(_wrong(f"{role}.cardId", f"这不是{sex}方的身份证号码。"))
        if row["status"] == "已婚":
            grounds.append(Ground(code="HY02", text=f"{sex}方有配偶。", law="《婚姻登记条例》第八条"))
        if _age(row["born"], today) < AGES[sex]:
            words = f"{sex}方没有达到法定婚龄。"
            grounds.append(Ground(code="HY03", text=words, law="《民法典》第一千零四十七条"))
    if (form.get("sq") or {}).get("jq") == "是":
        grounds.append(Ground(code="HY04", text="双方是近亲，禁止结婚。", law="《民法典》第一千零四十八条"))
    if (form.get("sq") or {}).get("zy") != "是":
        return correction(_wrong("sq.zy", "没有双方自愿的声明。"))
    if grounds:
        return Decision(kind="rejected", grounds=tuple(grounds))
    return _marry(db, form, today)


def _marry(db: Connection, form: dict[str, Any], today: date) -> Decision:
    office = str((form.get("sq") or {}).get("djc") or "430102")
    number = f"J{office}-{today.year}-{next_serial(db, 'marriage'):06d}"
    at = _millis(today)
    for mine, other in (("nan", "nv"), ("nv", "nan")):
        partner = db.execute("select * from person where card_id = ?", (form[other]["cardId"],)).fetchone()
        db.execute("update person set status = '已婚' where card_id = ?", (form[mine]["cardId"],))
        db.execute(
            "insert or replace into marriage values (?, ?, ?, ?, null, ?, ?, 'CHN')",
            (number, at, form[mine]["cardId"], partner["card_id"], partner["name"], partner["born"]),
        )
    return approved(
        {"nan": {"djh": number, "djrq": at}, "nv": {"djh": number}},
        Paper(code="结婚证", number=number, issued_on=today),
    )


def _described(world: World) -> list[Described]:
    number = world.people[PERSONAS["mother"]].id_number
    return [
        Described(
            method="POST",
            path="/hydj/rest/status/list",
            name="status",
            summary="单方婚姻状况查询",
            request={"cardId": number},
            answer={"success": True, "total": 1, "list": [{"self": {"cardId": number, "hyzk": "已婚"}}]},
        )
    ]


def _age(born: int, today: date) -> int:
    day = (EPOCH + timedelta(milliseconds=born)).astimezone(CHINA).date()
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def _millis(day: date) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return (midnight - EPOCH) // timedelta(milliseconds=1)


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="婚姻登记要和身份信息、本人声明一致。",
        how="请核对后重新填写。",
        law="《婚姻登记条例》第八条",
    )


DESK: Final = Desk(
    items={MARRY: "marriage_registration"},
    lookups=(Lookup("status", "POST", "/hydj/rest/status/list", _status),),
    decide=_decide,
    described=_described,
)
