"""人社, the desk of work: hiring by an employer, and people who work on their own account."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from sqlite3 import Connection
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from departments._dates import day_of
from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Decision,
    Flaw,
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
from departments.population import World

ENROL, FILE_WORK, REGISTER, DOSSIER, CARD = "ZGCB-0401", "YGBA-0402", "JYDJ-0403", "DAJS-0404", "SBK-0405"
FLEXIBLE, PENSION, SUBSIDY = "LHJY-0501", "LHCB-0502", "SBBT-0503"
FORM: Final = "application/x-www-form-urlencoded"
AVERAGE_WAGE: Final = Decimal(6800)
"""Monthly average wage of this synthetic province in yuan."""
RATE: Final = Decimal("0.20")
"""Twenty per cent of the base (国发〔2005〕38号)."""
LATE_DAYS: Final = 30
"""An employer insures within thirty days of the first day of work."""
SUBSIDY_YEARS: Final = {"graduate": 2}
YEARS: Final = 3


def _employer(db: Connection, asked: Asked) -> Answer:
    if FORM not in asked.content_type:
        raise Unreadable(FORM)
    form = dict(parse_qsl(asked.body.decode(errors="replace")))
    row = db.execute("select aab001 from ab01 where aab998 = ?", (form.get("AAB998"),)).fetchone()
    rows = [] if row is None else [{"AAB001": row["aab001"], "AAB051": "1"}]
    return Answer.json({"appcode": "0", "rows": rows, "total": len(rows)})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    sj = matter.fields
    own = matter.item in {FLEXIBLE, PENSION, SUBSIDY}
    part = "LH" if own else "ZG"
    row = db.execute("select * from ac01 where aac002 = ?", (sj.get(f"{part}.AAC002"),)).fetchone()
    if row is None:
        return rejected("JY01", "人口信息里没有这个社会保障号码。", "《社会保险法》第五十八条")
    if row["aac003"] != sj.get(f"{part}.AAC003"):
        return correction(_wrong(f"{part}.AAC003", "姓名和社会保障号码对不上。"))
    return (_flexible if own else _hired)(db, matter.item, sj, row, today)


def _hired(  # noqa: PLR0911, one line per reason
    db: Connection, item: str, sj: Mapping[str, Any], row: Any, today: date
) -> Decision:
    firm = db.execute("select * from ab01 where aab998 = ?", (sj.get("DW.AAB998"),)).fetchone()
    if firm is None and item in {ENROL, FILE_WORK, REGISTER}:
        return rejected("JY03", "单位没有办社会保险登记。", "《社会保险法》第五十七条")
    if item == ENROL:
        return _enrol(db, sj, row, firm, today)
    if item == CARD:
        if row["aaz500"]:
            return rejected("SBK02", "已经有社会保障卡，不能重复申领。", "《社会保障卡管理办法》")
        card = f"B4301{next_serial(db, 'card'):07d}"
        db.execute("update ac01 set aaz500 = ? where aac002 = ?", (card, row["aac002"]))
        return approved({"ZG": {"AAZ500": card}}, Paper(code="YGSBK", number=card, issued_on=today))
    if item == DOSSIER:
        if not sj.get("ZG.AAC151"):
            return correction(_wrong("ZG.AAC151", "没有写档案现在放在哪里。"))
        number = f"湘调档〔{today.year}〕{next_serial(db, 'dossier'):05d}号"
        return approved({"ZG": {"AAC152": number}}, Paper(code="DDH", number=number, issued_on=today))
    key, name = ("ACC501", "BA") if item == FILE_WORK else ("ACC502", "JY")
    return approved({"ZG": {key: f"{name}{today:%Y%m%d}{next_serial(db, name):05d}"}})


def _enrol(db: Connection, sj: Mapping[str, Any], row: Any, firm: Any, today: date) -> Decision:
    """职工参保: from the month of the first day of work; somebody else's employee must be let go first."""
    if row["aab998"] not in {None, "", firm["aab998"]}:
        return rejected("CB03", "员工在别的单位还没有停保，请原单位先办减员。", "《社会保险法》第五十八条")
    began = day_of(sj.get("ZG.AAC049"))
    if began is None or (began - today).days > LATE_DAYS:
        return correction(_wrong("ZG.AAC049", "入职日期没有填，或者太晚。"))
    if row["aab998"] == firm["aab998"]:
        return rejected("CB02", "这名员工已经在本单位参保。", "《社会保险法》第五十八条")
    db.execute(
        "update ac01 set aab004 = ?, aab998 = ? where aac002 = ?",
        (firm["aab004"], firm["aab998"], row["aac002"]),
    )
    return approved({"ZG": {"AAC030": began.isoformat()}})


def _flexible(  # noqa: PLR0911, one line per reason
    db: Connection, item: str, sj: Mapping[str, Any], row: Any, today: date
) -> Decision:
    if row["aab998"]:
        return rejected("LH03", "名下还有单位在交社保，请先办减员。", "《就业服务与就业管理规定》第六十二条")
    if item == FLEXIBLE:
        if db.execute("select 1 from lhjy where aac002 = ?", (row["aac002"],)).fetchone():
            return rejected("LH02", "已经登记过灵活就业。", "《就业服务与就业管理规定》第六十二条")
        number = f"LH{today:%Y%m%d}{next_serial(db, 'lhjy'):05d}"
        db.execute("insert into lhjy values (?, ?, null)", (row["aac002"], number))
        paper = Paper(code="LHJYPZ", number=number, issued_on=today)
        return approved({"LH": {"ACC502": number}}, paper)
    known = db.execute("select * from lhjy where aac002 = ?", (row["aac002"],)).fetchone()
    if known is None or known["acc502"] != sj.get("LH.ACC502"):
        return correction(_wrong("LH.ACC502", "灵活就业登记号对不上。"))
    if item == PENSION:
        if not str(sj.get("LH.AAE180") or "").isdecimal():
            return correction(_wrong("LH.AAE180", "没有选缴费档次。"))
        db.execute("update lhjy set aac030 = ? where aac002 = ?", (today.isoformat(), row["aac002"]))
        return approved({"LH": {"AAC030": today.isoformat()}})
    return _subsidy(sj, known, today)


def _subsidy(sj: Mapping[str, Any], known: Any, today: date) -> Decision:
    """社会保险补贴: two thirds of the contribution at the lowest tier, three years, graduates two."""
    kind = sj.get("LH.AAC025")
    if kind in {None, "", "0"}:
        return rejected("BT03", "不属于补贴对象。", "《就业促进法》第五十二条")
    if known["aac030"] is None:
        return correction(_wrong("LH.AAC030", "还没有参加养老保险。"))
    monthly = (AVERAGE_WAGE * Decimal("0.60") * RATE * 2 / 3).quantize(Decimal("0.01"), ROUND_HALF_UP)
    years = SUBSIDY_YEARS["graduate"] if kind == GRADUATE else YEARS
    until = date(today.year + years, today.month, 1)
    return approved({"LH": {"BCC010": str(monthly), "BCC011": until.isoformat()}})


GRADUATE: Final = "5"
"""AAC025 of somebody who left university in the last two years."""


def _described(world: World) -> list[Described]:
    firm = world.companies[0]
    return [
        Described(
            method="POST",
            path="/rsgw/CX/DWXX",
            name="dwxx",
            summary="单位参保信息查询",
            content_type=FORM,
            request=urlencode({"AAB998": firm.credit_code}),
            answer={"appcode": "0", "rows": [{"AAB001": "4301000000", "AAB051": "1"}], "total": 1},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="参保和就业信息要和登记一致。",
        how="请核对劳动合同或者证件后重新填写。",
        law="《社会保险法》第五十八条",
    )


WORK: Final = Desk(
    schema="create table lhjy (aac002 text primary key, acc502 text not null unique, aac030 text)",
    tables=("lhjy",),
    items={
        ENROL: "employee_social_insurance",
        FILE_WORK: "labour_contract_filing",
        REGISTER: "employment_registration",
        DOSSIER: "personnel_file_transfer",
        CARD: "social_security_card_employee",
        FLEXIBLE: "flexible_employment_registration",
        PENSION: "flexible_pension_insurance",
        SUBSIDY: "social_insurance_subsidy",
    },
    lookups=(Lookup("dwxx", "POST", "/rsgw/CX/DWXX", _employer),),
    decide=_decide,
    described=_described,
)
