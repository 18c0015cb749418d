"""医保, the settlement desk: insurance ends with a death, and the heir receives the balance."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected

SETTLE: Final = "ZHQS-006"


def _decide(db: Connection, matter: Matter, _: date) -> Decision:
    dead, heir = matter.fields.get("dead") or {}, matter.fields.get("heir") or {}
    row = db.execute("select * from insu where certno = ?", (dead.get("certno"),)).fetchone()
    if row is None or row["insutype"] == "000":
        return rejected("QS01", "逝者没有参加基本医疗保险。", "《社会保险法》第十四条")
    if row["psn_name"] != dead.get("psn_name"):
        return correction(_wrong("dead.psn_name", "逝者的姓名和参保登记的不一致。"))
    if not dead.get("die_reg_no"):
        return correction(_wrong("dead.die_reg_no", "还没有死亡登记，请先注销户口。"))
    if db.execute("select 1 from ended where certno = ?", (row["certno"],)).fetchone():
        return rejected("QS02", "已经办过终止参保。", "《社会保险法》第十四条")
    account = heir.get("acct") or {}
    if account.get("acct_name") not in {None, "", heir.get("psn_name")}:
        return correction(_wrong("heir.acct.acct_name", "收款账户不是申请人本人的。"))
    # Residents have no personal account; what an employee's holds is drawn from the number.
    balance = int(row["psn_no"][-4:]) if row["insutype"] == "310" else 0
    db.execute("insert into ended values (?, ?)", (row["certno"], heir.get("certno")))
    return approved({"dead": {"enddate": dead.get("die_date")}, "heir": {"acct_pay": f"{balance:.2f}"}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="余额要付给对的人。",
        how="请核对后重新填写。",
        law="《社会保险法》第十四条",
    )


DESK: Final = Desk(
    schema="create table ended (certno text primary key, heir text)",
    tables=("ended",),
    items={SETTLE: "medical_account_settlement"},
    decide=_decide,
)
