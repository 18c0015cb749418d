"""交通, the transit desk: buses and metro with the social security card."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected
from departments._store import next_serial
from departments.population_pension import months_after

ACTIVATE: Final = "transit_card"
SENIOR_MONTHS: Final = 65 * 12


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    holder = matter.fields.get("holder") or {}
    number, card = str(holder.get("id_no") or ""), holder.get("card_no")
    if len(number) != 18 or not card:  # noqa: PLR2004, GB 11643
        return correction(_wrong("holder.card_no", "没有新的社会保障卡号。"))
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    if holder.get("discount") == "S65" and born > months_after(today, -SENIOR_MONTHS):
        return correction(_wrong("holder.discount", "还不满65周岁，不能享受老年人优惠。"))
    if db.execute("select 1 from transit where card_no = ?", (card,)).fetchone():
        return rejected("T02", "这张卡已经开通乘车功能。", "社会保障卡居民服务一卡通办事指南")
    transit = f"CS{next_serial(db, 'transit'):010d}"
    db.execute("insert into transit values (?, ?, ?)", (card, transit, holder.get("discount") or "N"))
    return approved({"holder": {"transit_no": transit}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field, what=what, why="票价按持卡人和卡确定。", how="请核对后重新填写。", law="办事指南"
    )


DESK: Final = Desk(
    schema="""
        create table transit (card_no text primary key, transit_no text not null, discount text not null)
    """,
    tables=("transit",),
    items={ACTIVATE: "transit_card_activation"},
    decide=_decide,
)
