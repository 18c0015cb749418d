"""税务, the desk of used cars: the unified invoice of a direct sale between persons."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, Paper, approved, correction
from departments._store import next_serial

INVOICE: Final = "二手车发票开具"


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    seller, buyer = matter.fields.get("卖方") or {}, matter.fields.get("买方") or {}
    for part, person in (("卖方", seller), ("买方", buyer)):
        row = db.execute("select 姓名 from 自然人 where 证件号码 = ?", (person.get("证件号码"),)).fetchone()
        if row is None or row["姓名"] != person.get("姓名"):
            return correction(_wrong(f"{part}.姓名", f"{part}姓名和证件号码对不上。"))
    if seller["证件号码"] == buyer["证件号码"]:
        return correction(_wrong("买方.证件号码", "买方和卖方不能是同一个人。"))
    price = (matter.fields.get("交易") or {}).get("车价")
    if not isinstance(price, int) or price <= 0:
        return correction(_wrong("交易.车价", "成交价不是有效的金额。"))
    number = f"{today:%y}43{next_serial(db, '二手车发票'):016d}"
    return approved(
        {"交易": {"二手车发票号": number}}, Paper(code="二手车统一发票", number=number, issued_on=today)
    )


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="发票要和买卖双方、成交价一致。",
        how="请核对合同和身份证后重新填写。",
        law="《二手车流通管理办法》第二十四条",
    )


USED_CARS: Final = Desk(items={INVOICE: "used_car_invoice"}, decide=_decide)
