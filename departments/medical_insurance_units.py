"""医保: employers' records, and how they follow a change of the register."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected
from departments.population import World

CHANGE, COMPLIANCE, BANKRUPT = "DWXX-002", "DWXX-003", "DWXX-004"


def seed(db: Connection, world: World) -> None:
    """One line per employer."""
    db.executemany(
        "insert into unit_reg values (?, ?, null)", ((one.credit_code, one.name) for one in world.companies)
    )


def decide(db: Connection, matter: Matter, today: date) -> Decision:
    """The record takes over what was registered."""
    unit = matter.fields.get("unit") or {}
    row = db.execute("select * from unit_reg where uscc = ?", (unit.get("uscc"),)).fetchone()
    if row is None:
        return correction(_wrong("unit.uscc", "没有这家参保单位。"))
    if matter.item == COMPLIANCE:
        return approved({"unit": {"cplc_rslt": "0"}})
    if matter.item == BANKRUPT:
        if not (matter.fields.get("apply") or {}).get("dcsn_no"):
            return rejected("HC01", "没有法院指定管理人的决定书。", "《企业破产法》第十三条")
        return approved({"unit": {"regd_flag": "1"}})
    if not unit.get("chg_no"):
        return rejected("DW02", "登记机关还没有办理变更。", "《社会保险法》第五十七条")
    name = (matter.fields.get("newunit") or {}).get("emp_name") or row["emp_name"]
    db.execute(
        "update unit_reg set emp_name = ?, upd_date = ? where uscc = ?",
        (name, today.isoformat(), row["uscc"]),
    )
    return approved({"unit": {"upd_date": f"{today:%Y/%m/%d}"}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="要和医保登记一致。",
        how="请核对单位的统一社会信用代码。",
        law="《社会保险法》第五十七条",
    )


DESK: Final = Desk(
    schema="create table unit_reg (uscc text primary key, emp_name text not null, upd_date text)",
    tables=("unit_reg",),
    items={
        CHANGE: "employer_medical_change",
        COMPLIANCE: "compliance_check_medical",
        BANKRUPT: "bankruptcy_medical_check",
    },
    seed=seed,
    decide=decide,
)
