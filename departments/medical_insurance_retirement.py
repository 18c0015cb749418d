"""医保, the desk of those who retire: years of contribution, and what is missing of them."""

from datetime import date, timedelta
from decimal import Decimal
from sqlite3 import Connection
from typing import Any, Final

from departments import _xml
from departments._desks import Desk
from departments._kinds import Answer, Asked, Decision, Flaw, Lookup, Matter, approved, correction, rejected
from departments._openapi import Described
from departments.population import World
from departments.population_pension import medical_years, months_after, pension_of

RETIRE: Final = "ZZTX-004"
NAMESPACE: Final = "urn:example:ybxxpt:v1"
YEARS: Final = {"1": 30, "2": 25}
"""Years that a man and a woman need (Hunan rules, art. 26)."""
YEARLY_TOPUP: Final = Decimal("3264.00")
"""What a missing year costs, in yuan; the real base is published each year."""


def _seed(db: Connection, world: World) -> None:
    today = max((one.born_on for one in world.births), default=date(2026, 11, 21)) + timedelta(days=2)
    for place, person in enumerate(world.people):
        pension = pension_of(world, place, today)
        if pension is not None:
            years, local = medical_years(pension, place)
            db.execute(
                "insert into paid values (?, ?, ?, ?, ?, null)",
                (person.id_number, person.name, person.sex, years, local),
            )


def _years(db: Connection, asked: Asked) -> Answer:
    data = _xml.read(asked, "ybRequest", NAMESPACE).get("input")
    number = data.get("certno") if isinstance(data, dict) else None
    row = db.execute("select * from paid where certno = ?", (number,)).fetchone()
    if row is None:
        content: dict[str, Any] = {"infcode": "-101", "err_msg": "未查询到职工医保缴费记录"}
    else:
        years = {"certno": row["certno"], "paid_years": row["paid_years"], "prov_years": row["prov_years"]}
        content = {"infcode": "0", "err_msg": "success", "output": {"psn": years}}
    return _xml.answer(_xml.element("ybResponse", content, xmlns=NAMESPACE))


def _decide(db: Connection, matter: Matter, _: date) -> Decision:
    """在职转退休: who lacks years pays them up at once."""
    retired = matter.fields.get("retr") or {}
    row = db.execute("select * from paid where certno = ?", (retired.get("certno"),)).fetchone()
    if row is None:
        return rejected("TX01", "没有职工医保参保记录。", "《社会保险法》第二十七条")
    if row["psn_name"] != retired.get("psn_name"):
        return correction(_wrong("retr.psn_name", "姓名和参保登记的不一致。"))
    if row["retired"]:
        return rejected("TX02", "已经办过在职转退休。", "《社会保险法》第二十七条")
    if not retired.get("retr_doc_no"):
        return correction(_wrong("retr.retr_doc_no", "没有退休核准文号。"))
    left = date.fromisoformat(str(retired.get("retr_date", "")).replace("/", "-"))
    starts = months_after(left.replace(day=1), 1)
    missing = max(YEARS[row["sex"]] - row["paid_years"], 0)
    db.execute("update paid set retired = ? where certno = ?", (starts.isoformat(), row["certno"]))
    topup = f"{YEARLY_TOPUP * missing:.2f}"
    return approved({"retr": {"trt_begndate": f"{starts:%Y/%m/%d}", "topup_amt": topup}})


def _described(world: World) -> list[Described]:
    insured = next((one for one in world.people if one.insurance_kind == "employee"), world.people[0])
    query = {"input": {"certno": insured.id_number}}
    found = {"psn": {"certno": insured.id_number, "paid_years": 30, "prov_years": 28}}
    answer = {"infcode": "0", "err_msg": "success", "output": found}
    return [
        Described(
            method="POST",
            path="/ybfw/services/paidyears",
            name="paidyears",
            summary="职工医保缴费年限查询",
            content_type="application/xml",
            request=_xml.write(_xml.element("ybRequest", query, xmlns=NAMESPACE)).decode(),
            answer_type="application/xml",
            answer=_xml.write(_xml.element("ybResponse", answer, xmlns=NAMESPACE)).decode(),
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="退休待遇要按参保和退休信息核定。",
        how="请核对后重新填写。",
        law="《社会保险法》第二十七条",
    )


DESK: Final = Desk(
    schema="""
        create table paid (certno text primary key, psn_name text not null, sex text not null,
            paid_years integer not null, prov_years integer not null, retired text)
    """,
    tables=("paid",),
    items={RETIRE: "retiree_medical_insurance"},
    seed=_seed,
    lookups=(Lookup("paidyears", "POST", "/ybfw/services/paidyears", _years),),
    decide=_decide,
    described=_described,
)
