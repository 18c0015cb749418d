"""民政, the funeral desk: cremation certificates."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, Paper, approved, correction, rejected
from departments._store import next_serial

CREMATION: Final = "BZ-HHZM"


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    """火化证明: the death certificate first, one certificate each."""
    told = matter.fields.get("sz") or {}
    row = db.execute("select name from person where card_id = ?", (told.get("cardId"),)).fetchone()
    if row is None or row["name"] != told.get("xm"):
        return correction(_wrong("sz.xm", "逝者的姓名和身份证号码对不上。"))
    if not told.get("swzmh"):
        return correction(_wrong("sz.swzmh", "没有死亡医学证明的编号。"))
    if db.execute("select 1 from cremation where card_id = ?", (told["cardId"],)).fetchone():
        return rejected("BZ02", "火化证明已经开过。", "《殡葬管理条例》第十三条")
    number = f"HH4301{today:%Y}{next_serial(db, 'cremation'):06d}"
    db.execute("insert into cremation values (?, ?)", (told["cardId"], number))
    return approved({"sz": {"hhzmh": number}}, Paper(code="火化证明", number=number, issued_on=today))


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="火化要凭死亡证明。",
        how="请核对后重新填写。",
        law="《殡葬管理条例》第十三条",
    )


DESK: Final = Desk(
    schema="create table cremation (card_id text primary key, number text not null)",
    tables=("cremation",),
    items={CREMATION: "cremation_certificate"},
    decide=_decide,
)
