"""人社, the card desk: cards of residents, benefits paid to them, and residents' pension insurance."""

from datetime import date, timedelta
from sqlite3 import Connection
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Decision,
    Flaw,
    Lookup,
    Matter,
    Paper,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments._store import next_serial
from departments.population import PERSONAS, World
from departments.population_pension import is_retired, months_after

ISSUE, BENEFIT, RESIDENT = "SBK-0102", "SBK-0201", "CJYL-0401"
FIRST, PENSION, NONE = "1", "1", "0"
FORM = "application/x-www-form-urlencoded"
SEVERE: Final = {"1", "2"}
"""Degrees of disability for which the government pays the contribution."""


def _seed(db: Connection, world: World) -> None:
    today = max((one.born_on for one in world.births), default=date(2026, 11, 21)) + timedelta(days=2)
    for place, one in enumerate(world.people):
        draws = PENSION if one.insurance_kind == "employee" and is_retired(one, today) else NONE
        # Cards were issued in 2017 to 2025 and are good for ten years.
        until = date(2027 + place % 9, 1 + place % 12, 1)
        db.execute(
            "insert into sbk values (?, ?, ?, ?, ?, ?)",
            (one.id_number, one.name, one.card_number, until.isoformat(), one.bank, draws),
        )


def _card(db: Connection, asked: Asked) -> Answer:
    form = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    row = db.execute("select * from sbk where aac002 = ?", (form.get("AAC002", ""),)).fetchone()
    names = ("aac002", "aaz500", "aaz503", "aae008", "aaa076")
    rows = [] if row is None else [{name.upper(): row[name] for name in names}]
    return Answer.json({"appcode": "0", "rows": rows, "total": len(rows)})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    sj, role = matter.fields, "CJR" if matter.item == RESIDENT else "CKR"
    row = db.execute("select * from sbk where aac002 = ?", (sj.get(f"{role}.AAC002"),)).fetchone()
    if row is not None and row["aac003"] != sj.get(f"{role}.AAC003"):
        return correction(_wrong(f"{role}.AAC003", "姓名和社会保障号码对不上。"))
    if matter.item == RESIDENT:
        return _enrol(db, sj, today)
    if row is None and sj.get("SQ.AAZ510") != FIRST:
        return rejected("SBK11", "没有社会保障卡记录，请选“首次申领”。", "《社会保障卡管理办法》")
    return _issue(db, sj, row, today) if matter.item == ISSUE else _move(sj, row, today)


def _issue(db: Connection, sj: dict[str, Any], row: Any, today: date) -> Decision:
    """申领、补换: one card for each person, good for ten years."""
    if row is not None and sj.get("SQ.AAZ510") == FIRST:
        return rejected("SBK12", "已经有社会保障卡，请选补卡或者换卡。", "《社会保障卡管理办法》")
    if row is not None and sj.get("CKR.AAZ500") != row["aaz500"]:
        return correction(_wrong("CKR.AAZ500", "旧卡号和发卡记录不一致。"))
    card = f"C4301{next_serial(db, 'new card'):07d}"
    until = months_after(today, 120).isoformat()
    db.execute(
        "insert into sbk values (?, ?, ?, ?, ?, ?) on conflict (aac002) do update"
        " set aaz500 = excluded.aaz500, aaz503 = excluded.aaz503, aae008 = excluded.aae008",
        (sj["CKR.AAC002"], sj["CKR.AAC003"], card, until, sj.get("CKR.AAE008") or "102", NONE),
    )
    return approved(
        {"CKR": {"AAZ501": card, "AAZ503": until}}, Paper(code="SBK3", number=card, issued_on=today)
    )


def _move(sj: dict[str, Any], row: Any, today: date) -> Decision:
    """待遇改发: from the next month on."""
    if row["aaa076"] == NONE:
        return rejected("SBK21", "没有正在发放的待遇。", "《社会保障卡管理办法》")
    if sj.get("CKR.AAZ501") != row["aaz500"]:
        return correction(_wrong("CKR.AAZ501", "新卡号和发卡记录不一致。"))
    return approved({"CKR": {"AAE041": months_after(today.replace(day=1), 1).isoformat()}})


def _enrol(db: Connection, sj: dict[str, Any], today: date) -> Decision:
    """城乡居民养老保险: from sixteen, and not insured as an employee."""
    number = sj.get("CJR.AAC002", "")
    if date.fromisoformat(sj.get("CJR.AAC006", "")) > months_after(today, -192):
        return rejected("CJ01", "不满十六周岁，还不能参保。", "国发〔2014〕8号")
    if db.execute("select 1 from ac02 where aac002 = ?", (number,)).fetchone():
        return rejected("CJ02", "已经参加职工养老保险，不用再参加。", "国发〔2014〕8号")
    if db.execute("select 1 from cjyl where aac002 = ?", (number,)).fetchone():
        return rejected("CJ03", "已经参加城乡居民养老保险。", "国发〔2014〕8号")
    serial = f"CJ4301{next_serial(db, 'resident'):08d}"
    db.execute("insert into cjyl values (?, ?)", (number, serial))
    degree = sj.get("CJR.AAC053") or sj.get("CJR.AAC052")
    payer = "政府代缴（每年100元档）" if degree in SEVERE else "本人缴费"
    return approved({"CJR": {"AAC060": serial, "AAC061": payer}})


def _described(world: World) -> list[Described]:
    one = world.people[PERSONAS["mother"]]
    row = {"AAC002": one.id_number, "AAZ500": one.card_number, "AAA076": NONE}
    return [
        Described(
            method="POST",
            path="/rsgw/CX/SBKXX",
            name="sbkxx",
            summary="社会保障卡信息查询",
            content_type=FORM,
            request=urlencode({"AAC002": one.id_number}),
            answer={"appcode": "0", "rows": [row], "total": 1},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="发卡和待遇要和参保、发卡记录一致。",
        how="请核对后重新填写。",
        law="《社会保险法》第五十八条",
    )


DESK: Final = Desk(
    schema="""
        create table sbk (aac002 text primary key, aac003 text not null, aaz500 text not null,
            aaz503 text not null, aae008 text not null, aaa076 text not null);
        create table cjyl (aac002 text primary key, aac060 text not null)
    """,
    tables=("sbk", "cjyl"),
    items={
        ISSUE: "social_security_card_issue",
        BENEFIT: "benefit_account_change",
        RESIDENT: "resident_pension_enrolment",
    },
    seed=_seed,
    lookups=(Lookup("sbkxx", "POST", "/rsgw/CX/SBKXX", _card),),
    decide=_decide,
    described=_described,
)
