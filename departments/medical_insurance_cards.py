"""医保, the card desk: the social security card settles bills at hospitals and pharmacies."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected

ACTIVATE: Final = "SBKT-005"


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    hold = matter.fields.get("hold") or {}
    row = db.execute("select * from insu where certno = ?", (hold.get("certno"),)).fetchone()
    if row is None or row["insutype"] == "000":
        return rejected("KT01", "没有参加基本医疗保险，请先参保。", "《社会保险法》第二十五条")
    if row["psn_name"] != hold.get("psn_name"):
        return correction(_wrong("hold.psn_name", "姓名和参保登记的不一致。"))
    if not hold.get("card_no"):
        return correction(_wrong("hold.card_no", "没有新的社会保障卡号。"))
    db.execute("insert or replace into paycard values (?, ?)", (row["certno"], hold["card_no"]))
    return approved({"hold": {"actv_date": f"{today:%Y/%m/%d}"}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field, what=what, why="结算要认准参保人和卡。", how="请核对后重新填写。", law="《社会保险法》"
    )


DESK: Final = Desk(
    schema="create table paycard (certno text primary key, card_no text not null)",
    tables=("paycard",),
    items={ACTIVATE: "medical_payment_activation"},
    decide=_decide,
)
