"""人社: employers. What stands of an insured employer, and its end."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from departments._desks import Desk
from departments._kinds import Answer, Asked, Decision, Flaw, Lookup, Matter, approved, correction, rejected
from departments._openapi import Described
from departments.population import World
from departments.population_companies import facts

END, CHANGE = "SHBX-0209", "SHBX-0205"
COMPLIANCE, BANKRUPT = "CX-0401", "CX-0402"


def seed(db: Connection, world: World) -> None:
    """One line per employer."""
    for at, firm in enumerate(world.companies):
        known = facts(world, at)
        db.execute(
            "insert into ab02 values (?, ?, ?, ?, ?, null)",
            (
                *(known.social_insurance_number, firm.credit_code, firm.name),
                *(known.insured, known.owes_insurance),
            ),
        )


def unit(db: Connection, sj: dict[str, Any]) -> Any:
    """The line of the employer that a matter is about, None when there is none."""
    return db.execute("select * from ab02 where aab998 = ?", (sj.get("DW.AAB998"),)).fetchone()


def _unit(db: Connection, asked: Asked) -> Answer:
    form = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
    row = db.execute("select * from ab02 where aab998 = ?", (form.get("AAB998", ""),)).fetchone()
    rows = []
    if row is not None:
        rows = [{"AAB001": row["aab001"], "AAB905": str(row["aab905"]), "AAB915": str(row["aab915"])}]
    return Answer.json({"appcode": "0", "rows": rows, "total": len(rows)})


def decide(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    """A registration ends when nobody is insured and nothing is owed; a change follows the register."""
    row = unit(db, matter.fields)
    if matter.item in {COMPLIANCE, BANKRUPT}:
        return _check(matter, row)
    if row is None or row["aab001"] != matter.fields.get("DW.AAB001"):
        return correction(wrong("DW.AAB998", "没有这家参保单位。"))
    if row["aae902"]:
        return rejected("SHBX09", "社会保险登记已经注销。", "《社会保险法》第五十七条")
    if matter.item == CHANGE:
        if not matter.fields.get("DW.AAE910"):
            return rejected("SHBX11", "登记机关还没有办理变更。", "《社会保险法》第五十七条")
        name = matter.fields.get("BG.AAB004") or row["aab004"]
        db.execute("update ab02 set aab004 = ? where aab001 = ?", (name, row["aab001"]))
        return approved({"DW": {"AAE912": today.isoformat()}})
    if row["aab905"] or row["aab915"]:
        return rejected("SHBX10", "还有在保职工或者欠费。", "《社会保险法》第五十七条")
    db.execute("update ab02 set aae902 = ? where aab001 = ?", (today.isoformat(), row["aab001"]))
    return approved({"DW": {"AAE902": today.isoformat()}})


def _check(matter: Matter, row: Any) -> Decision:
    if row is None:
        return correction(wrong("DW.AAB998", "没有这家参保单位。"))
    if matter.item == COMPLIANCE:
        return approved({"DW": {"AAE920": "2" if row["aab915"] else "0"}})
    if not matter.fields.get("SQ.AAE932"):
        return rejected("HC01", "没有法院指定管理人的决定书。", "《企业破产法》第十三条")
    return approved({"DW": {"AAE921": str(row["aab915"])}})


def described(world: World) -> list[Described]:
    """The query."""
    code = world.companies[0].credit_code
    return [
        Described(
            method="POST",
            path="/rsgw/CX/DWQF",
            name="dwqf",
            summary="参保单位查询",
            content_type="application/x-www-form-urlencoded",
            request=urlencode({"AAB998": code}),
            answer={"appcode": "0", "rows": [{"AAB001": "4301000000"}], "total": 1},
        )
    ]


def wrong(field: str, what: str) -> Flaw:
    """One thing to mend."""
    return Flaw(
        field=field,
        what=what,
        why="要和社会保险登记一致。",
        how="请核对单位的统一社会信用代码和社保编号。",
        law="《社会保险法》第五十七条",
    )


DESK: Final = Desk(
    schema="""
        create table ab02 (aab001 text primary key, aab998 text not null unique, aab004 text not null,
            aab905 integer not null, aab915 integer not null, aae902 text)
    """,
    tables=("ab02",),
    items={
        END: "employer_insurance_cancellation",
        CHANGE: "employer_insurance_change",
        COMPLIANCE: "compliance_check_labour",
        BANKRUPT: "bankruptcy_insurance_check",
    },
    seed=seed,
    lookups=(Lookup("dwqf", "POST", "/rsgw/CX/DWQF", _unit),),
    decide=decide,
    described=described,
)
