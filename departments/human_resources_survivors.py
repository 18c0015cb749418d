"""人社, the survivors' desk: pensions end, and the family receives what is due to it."""

from datetime import date
from decimal import Decimal
from sqlite3 import Connection
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from departments._dates import day_of
from departments._desks import Desk
from departments._kinds import Answer, Asked, Decision, Flaw, Lookup, Matter, approved, correction, rejected
from departments._openapi import Described
from departments.population import World
from departments.population_death import Death, deaths
from departments.population_pension import months_after, pension_of

STOP, BENEFIT = "YLBX-0501", "YLBX-0502"
INCOME: Final = Decimal(4400)
"""Monthly disposable income of the province's towns in yuan; the real figure is published each year."""
LEAST_MONTHS, MOST_MONTHS = 9, 24
FORM = "application/x-www-form-urlencoded"


def grant_months(years: int, years_drawn: int | None) -> int:
    """Months of the survivors' grant (rules of 2021).

    By the years of contribution: up to 5, 10, 15 years 3, 6 and 9 months, then a month more each year up to
    24. For who drew a pension (`years_drawn`) a month less for each year of it, but not under 9.
    """
    months = next((given for bound, given in ((5, 3), (10, 6), (15, 9)) if years <= bound), years - 6)
    months = min(months, MOST_MONTHS)
    return months if years_drawn is None else max(months - years_drawn, LEAST_MONTHS)


def _seed(db: Connection, world: World) -> None:
    for death in deaths(world):
        pension = pension_of(world, death.place, death.died_on)
        years = (pension.months + pension.deemed_months) // 12 if pension else 0
        drawn = (death.died_on - death.retired_on).days // 365 if death.pensioner else None
        # A pensioner's account is used up after the months by which it was divided.
        left = max(139 - 12 * (drawn or 0), 0) * 180 if pension else 0
        db.execute(
            "insert into yszh values (?, ?, ?, ?, ?, ?, null, null)",
            (death.deceased.id_number, death.deceased.name, int(death.employee), years, drawn, left),
        )


def _record(db: Connection, asked: Asked) -> Answer:
    form = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    row = db.execute("select * from yszh where aac002 = ?", (form.get("AAC002", ""),)).fetchone()
    rows = []
    if row is not None:
        drawn = row["drawn"] is not None
        rows.append({"AIC171": "1" if row["employee"] else "0", "AIC172": "1" if drawn else "0"})
    return Answer.json({"appcode": "0", "rows": rows, "total": len(rows)})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    sj = matter.fields
    row = db.execute("select * from yszh where aac002 = ?", (sj.get("SZ.AAC002"),)).fetchone()
    if row is None or not row["employee"]:
        return rejected("YS01", "逝者没有参加企业职工养老保险。", "《社会保险法》第十七条")
    if row["aac003"] != sj.get("SZ.AAC003"):
        return correction(_wrong("SZ.AAC003", "逝者的姓名和参保登记的不一致。"))
    if not sj.get("SZ.AAC032"):
        return correction(_wrong("SZ.AAC032", "还没有死亡登记，请先注销户口。"))
    if matter.item == STOP:
        return _stop(db, sj, row, today)
    return _pay(db, sj, row)


def _stop(db: Connection, sj: dict[str, Any], row: Any, today: date) -> Decision:
    if row["drawn"] is None:
        return rejected("YS11", "逝者没有在领养老金。", "《社会保险法》第十七条")
    died = day_of(sj.get("SZ.AAC031"))
    if died is None or died > today:
        return correction(_wrong("SZ.AAC031", "去世日期不对。"))
    stopped = months_after(died.replace(day=1), 1).isoformat()
    db.execute("update yszh set stopped = ? where aac002 = ?", (stopped, row["aac002"]))
    return approved({"SZ": {"AIC033": stopped}})


def _pay(db: Connection, sj: dict[str, Any], row: Any) -> Decision:
    """遗属待遇: funeral grant, survivors' grant, and the balance of the account."""
    if row["paid_to"]:
        return rejected("YS21", "遗属待遇已经支付过。", "《企业职工基本养老保险遗属待遇暂行办法》")
    if sj.get("JCR.AAE009") not in {None, "", sj.get("JCR.AAC003")}:
        return correction(_wrong("JCR.AAE009", "收款账户不是申请人本人的。"))
    if sj.get("JCR.AAE011") == "0":
        return rejected("YS22", "继承人没有商量一致，请凭公证书或者判决书办理。", "《社会保险法》第十四条")
    db.execute("update yszh set paid_to = ? where aac002 = ?", (sj.get("JCR.AAC002"), row["aac002"]))
    grant = INCOME * grant_months(row["years"], row["drawn"])
    return approved(
        {"JCR": {"AIC041": f"{INCOME * 2:.2f}", "AIC042": f"{grant:.2f}", "AIC043": f"{row['account']:.2f}"}}
    )


def _described(world: World) -> list[Described]:
    death: Death = next(deaths(world))
    return [
        Described(
            method="POST",
            path="/rsgw/CX/SZYL",
            name="szyl",
            summary="逝者养老保险信息查询",
            content_type=FORM,
            request=urlencode({"AAC002": death.deceased.id_number}),
            answer={"appcode": "0", "rows": [{"AIC171": "1", "AIC172": "1"}], "total": 1},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="待遇要按参保和死亡登记核定。",
        how="请核对后重新填写；不清楚的可以拨打 12333。",
        law="《社会保险法》第十七条",
    )


DESK: Final = Desk(
    schema="""
        create table yszh (aac002 text primary key, aac003 text not null, employee integer not null,
            years integer not null, drawn integer, account integer not null, stopped text, paid_to text)
    """,
    tables=("yszh",),
    items={STOP: "pension_stop", BENEFIT: "survivor_benefit"},
    seed=_seed,
    lookups=(Lookup("szyl", "POST", "/rsgw/CX/SZYL", _record),),
    decide=_decide,
    described=_described,
)
