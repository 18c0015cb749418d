"""人社, the retirement desk: deemed service, approval of the retirement, the pension itself."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from sqlite3 import Connection
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

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
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World
from departments.population_pension import (
    EARLY_DAYS,
    PERSONAL_ACCOUNTS,
    is_retired,
    months_after,
    pension_of,
    retires_on,
)

CHINA: Final = ZoneInfo("Asia/Shanghai")
DEEMED, APPROVAL, PAYMENT = "YLBX-0301", "YLBX-0302", "YLBX-0303"
LEAST_MONTHS: Final = 180
"""Fifteen years until 2029; then six months more each year (decision on the retirement age, art. 2)."""
BASE: Final = Decimal(6800)
"""Monthly base of the computation in yuan; the province's own figure is published each year."""
ANNUITY_MONTHS: Final = 139
"""Months by which the personal account is divided at 60."""
FORM = "application/x-www-form-urlencoded"

SCHEMA = """
    create table ac02 (aac002 text primary key, aac003 text not null, aac004 text not null,
        aac006 text not null, aic161 text not null, aac007 text not null, aae201 integer not null,
        deemed integer not null, recognised integer, aac150 text not null, aaz500 text, aae008 text,
        aic160 text, aic162 text, aic230 text)
"""


def seed(db: Connection, world: World) -> None:
    """Everybody insured as an employee who has not been retired for long."""
    today = _reference(world)
    for place, person in enumerate(world.people):
        pension = pension_of(world, place, today)
        if pension is None or is_retired(person, today):
            continue
        db.execute(
            "insert into ac02 values (?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?, ?, null, null, null)",
            (
                *(person.id_number, person.name, person.sex, person.birth_date.isoformat()),
                *(pension.retires_on.isoformat(), pension.work_started_on.isoformat(), pension.months),
                *(pension.deemed_months, f"DA43{place:08d}", person.card_number, person.bank),
            ),
        )


def _reference(world: World) -> date:
    """The day on which the register is filled: no birth is younger than two days."""
    return max((one.born_on for one in world.births), default=date(2026, 11, 21)) + timedelta(days=2)


def _record(db: Connection, asked: Asked) -> Answer:
    form = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    row = db.execute("select * from ac02 where aac002 = ?", (form.get("AAC002", ""),)).fetchone()
    if row is None:
        return Answer.json({"appcode": "0", "rows": [], "total": 0})
    due = date.fromisoformat(row["aic161"]) <= datetime.now(CHINA).date() + timedelta(days=EARLY_DAYS)
    found = {
        "AAC002": row["aac002"],
        "AAC003": row["aac003"],
        "AIC161": row["aic161"],
        "AIC164": "1" if due else "0",
        "AAE201": str(row["aae201"]),
        "AIC165": "1" if row["deemed"] else "0",
        "AAB301": "430100",
        "AAC007": row["aac007"],
        "AAC150": row["aac150"],
        "AAZ500": row["aaz500"],
        "AAE008": row["aae008"],
    }
    return Answer.json({"appcode": "0", "rows": [found], "total": 1})


def decide(db: Connection, matter: Matter, today: date) -> Decision:
    """The desk's judgement on one of its three items."""
    sj = matter.fields
    row = db.execute("select * from ac02 where aac002 = ?", (sj.get("TX.AAC002"),)).fetchone()
    if row is None:
        return rejected("YL01", "没有在职的企业职工养老保险参保记录。", "《社会保险法》第十六条")
    if row["aac003"] != sj.get("TX.AAC003"):
        return correction(_wrong("TX.AAC003", "姓名和参保登记的不一致。"))
    if matter.item == DEEMED:
        return _recognise(db, sj, row)
    if matter.item == APPROVAL:
        return _approve(db, sj, row, today)
    return _pay(db, sj, row)


def _recognise(db: Connection, sj: dict[str, Any], row: Any) -> Decision:
    """视同缴费: the file's earliest record counts."""
    if sj.get("TX.AAC150") != row["aac150"]:
        return correction(_wrong("TX.AAC150", "按这个编号没有找到您的人事档案。"))
    if sj.get("TX.AAC007") != row["aac007"]:
        return correction(_wrong("TX.AAC007", "参加工作日期和档案最早的记载不一致。"))
    if date.fromisoformat(row["aac007"]) >= PERSONAL_ACCOUNTS:
        return rejected("YL11", "参加工作时已经建立个人账户，没有视同缴费年限。", "湘劳社政字〔2006〕10号")
    db.execute("update ac02 set recognised = ? where aac002 = ?", (row["deemed"], row["aac002"]))
    return approved({"TX": {"AAE202": str(row["deemed"])}})


def _approve(db: Connection, sj: dict[str, Any], row: Any, today: date) -> Decision:
    """待遇资格确认: age and years of contribution."""
    if row["aic160"]:
        return rejected("YL21", "已经核准退休，不用重复申请。", "《社会保险法》第十六条")
    born = date.fromisoformat(row["aac006"])
    if sj.get("TX.AAC006") != row["aac006"]:
        return correction(_wrong("TX.AAC006", "出生日期和档案最早的记载不一致。"))
    if row["aae201"] + (row["recognised"] or 0) < LEAST_MONTHS:
        return rejected("YL22", "累计缴费不满十五年。", "《社会保险法》第十六条")
    statutory = retires_on(row["aac004"], born)
    leaves = statutory
    if sj.get("TX.AIC107") == "02":
        chosen = day_of(sj.get("TX.AIC163"))
        former = months_after(born, 12 * (60 if row["aac004"] == "1" else 55))
        if chosen is None or not max(months_after(statutory, -36), former) <= chosen < statutory:
            return correction(_wrong("TX.AIC163", "提前最多三年，也不能早于原来的退休年龄。"))
        leaves = chosen
    elif sj.get("TX.AIC107") == "03":
        leaves = max(months_after(born, 12 * (55 if row["aac004"] == "1" else 45)), today)
    if leaves > today + timedelta(days=EARLY_DAYS):
        return rejected("YL23", "还没有到退休的时间，到龄前一个月再来办。", "延迟法定退休年龄的办法第一条")
    number = f"湘人社退〔{today.year}〕{next_serial(db, 'retirement'):06d}号"
    db.execute(
        "update ac02 set aic160 = ?, aic162 = ? where aac002 = ?",
        (number, leaves.isoformat(), row["aac002"]),
    )
    paper = Paper(code="TXZ", number=f"TX4301{today:%Y}{row['aac150'][-6:]}", issued_on=today)
    return approved({"TX": {"AIC160": number, "AIC162": leaves.isoformat()}}, paper)


def _pay(db: Connection, sj: dict[str, Any], row: Any) -> Decision:
    """待遇核定: basic pension by years, and the account divided by its months."""
    if not row["aic160"] or sj.get("TX.AIC160") != row["aic160"]:
        return correction(_wrong("TX.AIC160", "退休核准文号和核准登记的不一致。"))
    if sj.get("TX.AAZ500") != row["aaz500"]:
        return correction(_wrong("TX.AAZ500", "社会保障卡号和发卡记录不一致。"))
    years = Decimal(row["aae201"] + (row["recognised"] or 0)) / 12
    account = Decimal(row["aae201"]) * Decimal(240)
    monthly = BASE * years / 100 + account / ANNUITY_MONTHS
    amount = str(monthly.quantize(Decimal("0.01"), ROUND_HALF_UP))
    leaves = date.fromisoformat(row["aic162"])
    starts = months_after(leaves.replace(day=1), 1)
    db.execute("update ac02 set aic230 = ? where aac002 = ?", (amount, row["aac002"]))
    return approved({"TX": {"AIC230": amount, "AIC231": starts.isoformat()}})


def described(world: World) -> list[Described]:
    """The query, with an example that finds somebody."""
    today = _reference(world)
    found = (
        person
        for place, person in enumerate(world.people)
        if pension_of(world, place, today) and not is_retired(person, today)
    )
    person = next(found, world.people[0])
    return [
        Described(
            method="POST",
            path="/rsgw/CX/YLCB",
            name="ylcb",
            summary="企业职工养老保险信息查询",
            content_type=FORM,
            request=urlencode({"AAC002": person.id_number}),
            answer={"appcode": "0", "rows": [{"AAC002": person.id_number, "AAE201": "336"}], "total": 1},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="退休和待遇要按档案、参保记录核定。",
        how="请核对后重新填写；不清楚的可以拨打 12333。",
        law="《社会保险法》第十六条",
    )


DESK: Final = Desk(
    schema=SCHEMA,
    tables=("ac02",),
    items={
        DEEMED: "deemed_service_recognition",
        APPROVAL: "retirement_confirmation",
        PAYMENT: "pension_payment",
    },
    seed=seed,
    lookups=(Lookup("ylcb", "POST", "/rsgw/CX/YLCB", _record),),
    decide=decide,
    described=described,
)
