"""民政, the child protection desk: who is guardian where the parents cannot be."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected
from departments._store import next_serial

CONFIRM: Final = "JHHS-01"
BY_US: Final = ("顺位监护人", "指定监护人")


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    child, guardian = matter.fields.get("hz") or {}, matter.fields.get("jhr") or {}
    row = db.execute("select name from person where card_id = ?", (guardian.get("cardId"),)).fetchone()
    if row is None or row["name"] != guardian.get("xm"):
        return correction(_wrong("jhr.xm", "监护人的姓名和身份证不一致。"))
    if guardian.get("gx") not in BY_US:
        return rejected("JH01", "父母监护的不用核实。", "《民法典》第二十七条")
    if len(str(guardian.get("jhyy") or "").strip()) < 2:  # noqa: PLR2004, some words
        return correction(_wrong("jhr.jhyy", "没有写父母不能监护的原因。"))
    known = db.execute("select * from ward where child = ?", (child.get("cardId"),)).fetchone()
    if known is not None and known["guardian"] != guardian["cardId"]:
        return rejected("JH02", "这个孩子已经登记了别的监护人，请先办理变更。", "《民法典》第三十一条")
    number = known["number"] if known else f"JH4301{today:%Y}{next_serial(db, 'ward'):06d}"
    db.execute(
        "insert or ignore into ward values (?, ?, ?)", (child.get("cardId"), guardian["cardId"], number)
    )
    return approved({"jhr": {"jhqrh": number}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="监护关系关系到孩子的权益，要核实清楚。",
        how="请核对后重新填写，也可以联系居（村）委会。",
        law="《民法典》第二十七条",
    )


DESK: Final = Desk(
    schema="create table ward (child text primary key, guardian text not null, number text not null)",
    tables=("ward",),
    items={CONFIRM: "guardianship_confirmation"},
    decide=_decide,
)
