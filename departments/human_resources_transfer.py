"""人社, the desk of those who come from another province: pension and unemployment insurance."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from departments._desks import Desk
from departments._kinds import Answer, Asked, Decision, Flaw, Lookup, Matter, approved, correction, rejected
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World
from departments.population_moves import former_of
from departments.population_pension import retires_on

PENSION, UNEMPLOYMENT = "YLBX-0401", "SYBX-0401"
FORM = "application/x-www-form-urlencoded"


def _seed(db: Connection, world: World) -> None:
    newest = max(one.born_on for one in world.births)
    for place, person in enumerate(world.people):
        former = former_of(world, place)
        draws = person.insurance_kind == "employee" and retires_on(person.sex, person.birth_date) < newest
        if former is None and not draws:
            continue
        db.execute(
            "insert into ac30 values (?, ?, ?, ?, ?, ?, null, null)",
            (
                *(person.id_number, person.name, former.region if former else None),
                *(former.months if former else 0, former.unemployment_months if former else 0, draws),
            ),
        )


def _record(db: Connection, asked: Asked) -> Answer:
    form = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    row = db.execute("select * from ac30 where aac002 = ?", (form.get("AAC002", ""),)).fetchone()
    if row is None:
        return Answer.json({"appcode": "0", "rows": [], "total": 0})
    found = {"AAC002": row["aac002"], "AIC301": "1" if row["draws"] else "0"}
    found["AJC001"] = "1" if row["aae204"] else "0"
    if row["aab299"]:
        found |= {"AAB299": row["aab299"], "AAE203": str(row["aae203"])}
    if row["aae204"]:
        found["AAE204"] = str(row["aae204"])
    return Answer.json({"appcode": "0", "rows": [found], "total": 1})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    """The former place's record on the national platform decides what is added."""
    sj = matter.fields
    row = db.execute("select * from ac30 where aac002 = ?", (sj.get("ZY.AAC002"),)).fetchone()
    if row is None or not row["aab299"]:
        return rejected("ZY01", "全国平台上没有查到外省的参保记录。", "国办发〔2009〕66号第三条")
    if row["aac003"] != sj.get("ZY.AAC003"):
        return correction(_wrong("ZY.AAC003", "姓名和外省的参保登记不一致。"))
    if sj.get("ZY.AAB299") != row["aab299"]:
        return correction(_wrong("ZY.AAB299", "转出地和外省的参保登记不一致。"))
    take = _unemployment if matter.item == UNEMPLOYMENT else _pension
    return take(db, sj, row, today)


def _pension(db: Connection, sj: dict[str, Any], row: Any, today: date) -> Decision:
    if row["draws"]:
        return rejected("ZY02", "已经领取养老金，不再转移。", "国办发〔2009〕66号第二条")
    if row["pension"]:
        return rejected("ZY03", "养老保险关系已经转入。", "国办发〔2009〕66号第八条")
    if str(sj.get("ZY.AAE203")) != str(row["aae203"]):
        return correction(_wrong("ZY.AAE203", "缴费月数和外省的记录不一致。"))
    number = f"YLZR4301{today:%Y}{next_serial(db, 'transfer'):07d}"
    db.execute("update ac30 set pension = ? where aac002 = ?", (number, row["aac002"]))
    months = int(sj.get("ZY.AAE201") or 0) + row["aae203"]
    return approved({"ZY": {"AAZ301": number, "AAE205": str(months)}})


def _unemployment(db: Connection, sj: dict[str, Any], row: Any, today: date) -> Decision:
    if row["unemployment"]:
        return rejected("SY02", "失业保险关系已经转入。", "《失业保险条例》第二十二条")
    if str(sj.get("ZY.AAE204")) != str(row["aae204"]):
        return correction(_wrong("ZY.AAE204", "失业保险缴费月数和外省的记录不一致。"))
    number = f"SYZR4301{today:%Y}{next_serial(db, 'unemployment'):07d}"
    db.execute("update ac30 set unemployment = ? where aac002 = ?", (number, row["aac002"]))
    return approved({"ZY": {"AAZ302": number}})


def _described(world: World) -> list[Described]:
    place = next(place for place in range(len(world.people)) if former_of(world, place))
    number = world.people[place].id_number
    return [
        Described(
            method="POST",
            path="/rsgw/CX/ZYCX",
            name="zycx",
            summary="外省养老、失业保险记录查询",
            content_type=FORM,
            request=urlencode({"AAC002": number}),
            answer={"appcode": "0", "rows": [{"AAC002": number, "AAB299": "440300"}], "total": 1},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="转移要按转出地的参保记录办理。",
        how="请核对后重新填写；不清楚的可以拨打 12333。",
        law="《城镇企业职工基本养老保险关系转移接续暂行办法》第三条",
    )


DESK: Final = Desk(
    schema="""
        create table ac30 (aac002 text primary key, aac003 text not null, aab299 text,
            aae203 integer not null, aae204 integer not null, draws integer not null,
            pension text, unemployment text)
    """,
    tables=("ac30",),
    items={PENSION: "pension_transfer_in", UNEMPLOYMENT: "unemployment_transfer_in"},
    seed=_seed,
    lookups=(Lookup("zycx", "POST", "/rsgw/CX/ZYCX", _record),),
    decide=_decide,
    described=_described,
)
