"""医保, the desk of those who move or fall ill elsewhere: transfer, filing, chronic care, reimbursement."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from sqlite3 import Connection
from typing import Any, Final

from departments import _xml
from departments._dates import day_of
from departments._desks import Desk
from departments._kinds import Answer, Asked, Decision, Flaw, Lookup, Matter, approved, correction, rejected
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World
from departments.population_moves import former_of, has_chronic_disease

TRANSFER, FILING, CHRONIC, REIMBURSE = "GXZY-005", "YDBA-006", "YDMT-007", "YDBX-008"
NAMESPACE: Final = "urn:example:ybxxpt:v1"
DISEASES: Final = ("M03900", "M01600", "M04600", "M05300", "M06900")
RATE: Final = {"310": Decimal("0.70"), "390": Decimal("0.50")}
"""Share that is paid of bills from elsewhere, by kind of insurance; each place publishes its own."""
LONG: Final = {"11", "12", "13"}
"""Kinds of filing that hold until they are changed."""
CENT: Final = Decimal("0.01")
SETTLES_IN: Final = timedelta(days=10)


def _seed(db: Connection, world: World) -> None:
    for place, person in enumerate(world.people):
        former = former_of(world, place)
        if former is not None:
            db.execute(
                "insert into outins values (?, ?, ?, ?, null)",
                (person.id_number, person.name, former.region, former.months),
            )
        if has_chronic_disease(place):
            db.execute("insert into opsp values (?, ?)", (person.id_number, DISEASES[place % len(DISEASES)]))


def _certno(asked: Asked) -> Any:
    data = _xml.read(asked, "ybRequest", NAMESPACE).get("input")
    return data.get("certno") if isinstance(data, dict) else None


def _answer(code: str, text: str, psn: dict[str, Any] | None) -> Answer:
    content: dict[str, Any] = {"infcode": code, "err_msg": text}
    if psn is not None:
        content["output"] = {"psn": psn}
    return _xml.answer(_xml.element("ybResponse", content, xmlns=NAMESPACE))


def _former(db: Connection, asked: Asked) -> Answer:
    number = _certno(asked)
    row = db.execute("select * from outins where certno = ?", (number,)).fetchone()
    if row is None:
        if db.execute("select 1 from insu where certno = ?", (number,)).fetchone() is None:
            return _answer("-101", "未查询到参保人", None)
        return _answer("0", "success", {"certno": number, "out_flag": "0"})
    found = {"out_flag": "1", "out_admdvs": row["admdvs"], "out_months": row["months"]}
    return _answer("0", "success", {"certno": number, **found})


def _entitlement(db: Connection, asked: Asked) -> Answer:
    number = _certno(asked)
    if db.execute("select 1 from insu where certno = ?", (number,)).fetchone() is None:
        return _answer("-101", "未查询到参保人", None)
    row = db.execute("select * from opsp where certno = ?", (number,)).fetchone()
    found = {"opsp_flag": "1", "opsp_dise": row["dise"]} if row else {"opsp_flag": "0"}
    return _answer("0", "success", {"certno": number, **found})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    """Who is insured here and under which name stands in the department's own register."""
    part = "mbr" if matter.item == TRANSFER else "ptnt"
    told = matter.fields.get(part) or {}
    row = db.execute("select * from insu where certno = ?", (told.get("certno"),)).fetchone()
    if row is None or row["insutype"] == "000":
        return rejected("YD01", "没有在本地参加基本医疗保险。", "《社会保险法》第二十三条")
    if row["psn_name"] != told.get("psn_name"):
        return correction(_wrong(f"{part}.psn_name", "姓名和参保登记的不一致。"))
    if matter.item == TRANSFER:
        return _transfer(db, told, today)
    if matter.item == FILING:
        return _file(db, told, today)
    if matter.item == CHRONIC:
        return _chronic(db, told, today)
    return _reimburse(db, told, row, today)


def _transfer(db: Connection, told: dict[str, Any], today: date) -> Decision:
    row = db.execute("select * from outins where certno = ?", (told.get("certno"),)).fetchone()
    if row is None:
        return rejected("ZY11", "没有查到外省的职工医保记录。", "医保办发〔2021〕43号")
    if row["trns_no"]:
        return rejected("ZY12", "职工医保关系已经转入。", "医保办发〔2021〕43号")
    if told.get("out_admdvs") != row["admdvs"]:
        return correction(_wrong("mbr.out_admdvs", "转出地和外省的参保登记不一致。"))
    if str(told.get("out_months")) != str(row["months"]):
        return correction(_wrong("mbr.out_months", "缴费月数和外省的记录不一致。"))
    number = f"YBZY4301{today:%Y}{next_serial(db, 'transfer'):07d}"
    db.execute("update outins set trns_no = ? where certno = ?", (number, row["certno"]))
    balance = (Decimal(row["months"]) * Decimal("35.40")).quantize(CENT)
    years = str(row["months"] // 12)
    return approved({"mbr": {"trns_no": number, "paid_years": years, "acct_trns": str(balance)}})


def _file(db: Connection, told: dict[str, Any], today: date) -> Decision:
    """Long-term filings hold until changed (written as 2099), others for six months at least."""
    if str(told.get("trt_admdvs", "")).startswith("43"):
        return correction(_wrong("ptnt.trt_admdvs", "在省内看病不用备案。"))
    if told.get("out_type") == "21" and not told.get("refl_no"):
        return correction(_wrong("ptnt.refl_no", "没有查到医院开的转诊单。"))
    starts = day_of(told.get("begndate_out"), "/") or today
    ends = date(2099, 12, 31) if told.get("out_type") in LONG else starts + timedelta(days=183)
    number = f"YDBA4301{today:%Y}{next_serial(db, 'filing'):07d}"
    db.execute(
        "insert into outtrt values (?, ?, ?) on conflict (certno) do update set no = excluded.no,"
        " admdvs = excluded.admdvs",
        (told["certno"], number, told.get("trt_admdvs")),
    )
    return approved({"ptnt": {"trt_dcla_no": number, "enddate_out": f"{ends:%Y/%m/%d}"}})


def _chronic(db: Connection, told: dict[str, Any], today: date) -> Decision:
    filed = db.execute("select * from outtrt where certno = ?", (told.get("certno"),)).fetchone()
    if filed is None or filed["no"] != told.get("trt_dcla_no"):
        return correction(_wrong("ptnt.trt_dcla_no", "没有查到这个备案号。"))
    held = db.execute("select dise from opsp where certno = ?", (told.get("certno"),)).fetchone()
    if held is None:
        return rejected("YD21", "没有门诊慢特病资格，请先申请认定。", "医保发〔2022〕22号")
    if held["dise"] != told.get("opsp_dise"):
        return correction(_wrong("ptnt.opsp_dise", "病种和资格认定的不一致。"))
    return approved({"ptnt": {"opsp_dcla_no": f"YDMT4301{today:%Y}{next_serial(db, 'chronic'):07d}"}})


def _reimburse(db: Connection, told: dict[str, Any], row: Any, today: date) -> Decision:
    begins, ends = day_of(told.get("adm_date"), "/"), day_of(told.get("dscg_date"), "/")
    if begins is None or ends is None or ends < begins or ends > today:
        return correction(_wrong("ptnt.dscg_date", "就诊的起止日期不对。"))
    try:
        total = Decimal(str(told.get("medfee_sumamt")))
    except InvalidOperation:
        return correction(_wrong("ptnt.medfee_sumamt", "费用金额不是有效的数。"))
    bill = (told["certno"], begins.isoformat(), str(total))
    if db.execute("select 1 from bill where certno = ? and adm = ? and fee = ?", bill).fetchone():
        return rejected("YD31", "这笔费用已经报销过。", "医保发〔2022〕22号")
    db.execute("insert into bill values (?, ?, ?)", bill)
    paid = (total * RATE[row["insutype"]]).quantize(CENT, ROUND_HALF_UP)
    settled = today + SETTLES_IN
    return approved({"ptnt": {"fund_pay_sumamt": str(paid), "pay_date": f"{settled:%Y/%m/%d}"}})


def _described(world: World) -> list[Described]:
    place = next(place for place in range(len(world.people)) if former_of(world, place))
    number = world.people[place].id_number
    query = _xml.write(_xml.element("ybRequest", {"input": {"certno": number}}, xmlns=NAMESPACE)).decode()

    def told(path: str, summary: str, psn: dict[str, Any]) -> Described:
        content = {"infcode": "0", "err_msg": "success", "output": {"psn": {"certno": number, **psn}}}
        return Described(
            method="POST",
            path=f"/ybfw/services/{path}",
            name=path,
            summary=summary,
            content_type="application/xml",
            request=query,
            answer_type="application/xml",
            answer=_xml.write(_xml.element("ybResponse", content, xmlns=NAMESPACE)).decode(),
        )

    return [
        told(
            "outrecord", "外省职工医保记录查询", {"out_flag": "1", "out_admdvs": "440300", "out_months": 36}
        ),
        told("opsp", "门诊慢特病资格查询", {"opsp_flag": "0"}),
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="要按参保和就诊信息核对。",
        how="请核对后重新填写；不清楚的可以拨打 12393。",
        law="《基本医疗保险跨省异地就医直接结算经办规程》",
    )


DESK: Final = Desk(
    schema="""
        create table outins (certno text primary key, psn_name text not null, admdvs text not null,
            months integer not null, trns_no text);
        create table opsp (certno text primary key, dise text not null);
        create table outtrt (certno text primary key, no text not null, admdvs text);
        create table bill (certno text not null, adm text not null, fee text not null,
            primary key (certno, adm, fee))
    """,
    tables=("outins", "opsp", "outtrt", "bill"),
    items={
        TRANSFER: "medical_transfer_in",
        FILING: "away_care_filing",
        CHRONIC: "chronic_clinic_away",
        REIMBURSE: "away_expense_reimbursement",
    },
    seed=_seed,
    lookups=(
        Lookup("outrecord", "POST", "/ybfw/services/outrecord", _former),
        Lookup("opsp", "POST", "/ybfw/services/opsp", _entitlement),
    ),
    decide=_decide,
    described=_described,
)
