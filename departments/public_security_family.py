"""公安, the family desk: small children in the register, residence permits of those from elsewhere."""

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
from departments.population import World
from departments.population_family import toddlers
from departments.population_pension import months_after

CHINA: Final = ZoneInfo("Asia/Shanghai")
ENDORSE: Final = "GA-LDRK-0201"
SOON: Final = timedelta(days=31)
"""签注: within the month before the year is full (residence permit regulations, art. 10)."""


def _seed(db: Connection, world: World) -> None:
    db.executemany(
        "insert into czrk values (?, ?, ?, ?, ?, 'CHN', ?, ?, ?, ?, 1)",
        (
            (
                *(one.id_number, one.name, one.sex, f"{one.birth_date:%Y%m%d}", one.ethnic_group),
                *(one.household_number, one.relation_to_head, one.address, one.region),
            )
            for one in (child.person for child in toddlers(world))
        ),
    )
    # Who is on a collective register lives here on a permit; every second one has let it lapse.
    for place, one in enumerate(world.people):
        if one.household_kind == "collective":
            until = date(2026, 10, 1) if place % 2 else date(2027, 5, 1)
            db.execute(
                "insert into jzz values (?, ?, ?, ?)",
                (one.id_number, one.name, f"JZ4301{place:08d}", f"{until:%Y%m%d}"),
            )


def _permit(db: Connection, asked: Asked) -> Answer:
    wanted = asked.json().get("cxtj")
    if not isinstance(wanted, dict):
        raise Unreadable("cxtj")
    row = db.execute("select * from jzz where gmsfhm = ?", (wanted.get("gmsfhm"),)).fetchone()
    if row is None:
        return Answer.json({"code": "1001", "msg": "未查询到数据", "data": None})
    due = _day(row["yxqz"]) <= datetime.now(CHINA).date() + SOON
    data = {"gmsfhm": row["gmsfhm"], "jzzbh": row["jzzbh"], "yxqz": row["yxqz"], "xqz": "1" if due else "0"}
    return Answer.json({"code": "0000", "msg": "成功", "data": data})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    """居住证签注: a year from the day on which it ended, or from today."""
    sj = matter.fields
    row = db.execute("select * from jzz where gmsfhm = ?", (sj.get("jhr_gmsfhm"),)).fetchone()
    if row is None:
        return rejected("JZ01", "没有居住证登记，请先申领居住证。", "《居住证暂行条例》第二条")
    if row["xm"] != sj.get("jhr_xm"):
        return correction(_wrong("jhr_xm", "姓名和居住证登记的不一致。"))
    if row["jzzbh"] != sj.get("jhr_jzzbh"):
        return correction(_wrong("jhr_jzzbh", "居住证编号和发证记录不一致。"))
    until = _day(row["yxqz"])
    if until > today + SOON:
        return rejected("JZ02", "还没有到签注的时间。", "《居住证暂行条例》第十条")
    renewed = f"{months_after(max(until, today), 12):%Y%m%d}"
    db.execute("update jzz set yxqz = ? where gmsfhm = ?", (renewed, row["gmsfhm"]))
    return approved({"jhr_qzyxq": renewed})


def _described(world: World) -> list[Described]:
    holder = next((one for one in world.people if one.household_kind == "collective"), world.people[0])
    data = {"gmsfhm": holder.id_number, "jzzbh": "JZ430100000001", "yxqz": "20270501", "xqz": "0"}
    return [
        Described(
            method="POST",
            path="/gaapi/jzz/cx",
            name="jzz",
            summary="居住证信息查询",
            request={"jkbh": "CX03", "cxtj": {"gmsfhm": holder.id_number}},
            answer={"code": "0000", "msg": "成功", "data": data},
        )
    ]


def _day(text: Any) -> date:
    return datetime.strptime(str(text), "%Y%m%d").replace(tzinfo=CHINA).date()


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="签注的内容要和居住证登记一致。",
        how="请按居住证重新填写这一项。",
        law="《居住证暂行条例》第十条",
    )


DESK: Final = Desk(
    schema="""
        create table jzz (gmsfhm text primary key, xm text not null, jzzbh text not null,
            yxqz text not null)
    """,
    tables=("jzz",),
    items={ENDORSE: "residence_permit_endorsement"},
    seed=_seed,
    lookups=(Lookup("jzz", "POST", "/gaapi/jzz/cx", _permit),),
    decide=_decide,
    described=_described,
)
