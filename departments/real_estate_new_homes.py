"""不动产登记, desk of new homes: advance notices, first transfer from the developer, mortgages."""

from collections.abc import Mapping
from datetime import date
from sqlite3 import Connection, Row
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, Paper, approved, correction, rejected
from departments._store import next_serial
from departments.population import World
from departments.population_new_homes import new_homes

NOTICE, LOAN_NOTICE, FIRST, MORTGAGE = "YGDJ", "DYYG", "XJSPF", "DYSC"
LARGEST_LOAN: Final = 0.85
"""Fifteen per cent of the price is the least down payment."""


def _seed(db: Connection, world: World) -> None:
    db.executemany(
        "insert into xjfw values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(one.unit_number, world.people[one.buyer].id_number, one.address, one.region),
                *(f"{one.square_metres:.2f}", one.completed, one.sealed, one.floor, one.floors),
                f"{one.handover_on:%d/%m/%Y}",
            )
            for one in new_homes(world)
        ),
    )


def _decide(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    buyer, home, sale = (_part(matter, name) for name in ("MSF", "FW", "JY"))
    known = db.execute("select mc from qlr where zjh = ?", (buyer.get("ZJH"),)).fetchone()
    if known is None or known["mc"] != buyer.get("MC"):
        return correction(_wrong("MSF.MC", "姓名和身份证号码对不上。"))
    row = db.execute("select * from xjfw where bdcdyh = ?", (home.get("BDCDYH"),)).fetchone()
    if row is None:
        return correction(_wrong("FW.BDCDYH", "没有这个不动产单元。"))
    if row["gfr_zjh"] != buyer["ZJH"]:
        return rejected("XF03", "合同的买受人不是申请人。", "《不动产登记暂行条例》第二十二条")
    if row["sfcf"]:
        return rejected("BDC05", "房屋已被查封，不能办理。", "《不动产登记暂行条例》第二十二条")
    if matter.item == MORTGAGE:
        return _mortgage(db, row, home, sale, today)
    if not sale.get("HTBH"):
        return correction(_wrong("JY.HTBH", "没有备案合同号。"))
    if matter.item == NOTICE:
        return _notice(db, row, today)
    if matter.item == LOAN_NOTICE:
        return _loan_notice(db, row, sale, today)
    return _first(db, row, buyer, sale, _part(matter, "PO"), today)


def _notice(db: Connection, row: Row, today: date) -> Decision:
    if row["xianfang"]:
        return rejected("XF04", "现房直接办理转移登记，不办预告登记。", "《民法典》第二百二十一条")
    if db.execute("select 1 from dyzm where bdcdyh = ? and zl = 'YG'", (row["bdcdyh"],)).fetchone():
        return rejected("XF02", "这套房子已经办过预告登记。", "《民法典》第二百二十一条")
    return _certified(db, row, "YG", "YGZMH", today)


def _loan_notice(db: Connection, row: Row, sale: Mapping[str, Any], today: date) -> Decision:
    known = db.execute(
        "select 1 from dyzm where zmh = ? and bdcdyh = ? and zl = 'YG'", (sale.get("YGZMH"), row["bdcdyh"])
    ).fetchone()
    if known is None:
        return correction(_wrong("JY.YGZMH", "预告登记证明号和这套房子对不上。"))
    return _too_much(sale) or _certified(db, row, "DYYG", "DYYGZMH", today)


def _mortgage(
    db: Connection, row: Row, home: Mapping[str, Any], sale: Mapping[str, Any], today: date
) -> Decision:
    owned = db.execute(
        "select 1 from fdcq where bdcqzh = ? and bdcdyh = ? and qlr_zjh = ?",
        (home.get("XBDCQZH"), row["bdcdyh"], row["gfr_zjh"]),
    ).fetchone()
    if owned is None:
        return correction(_wrong("FW.XBDCQZH", "不动产权证号和抵押的房子对不上。"))
    if (wrong := _too_much(sale)) is not None:
        return wrong
    db.execute("update fdcq set sfdy = 1 where bdcdyh = ?", (row["bdcdyh"],))
    return _certified(db, row, "DY", "DYZMH", today)


def _first(  # noqa: PLR0917, what a registration stands on
    db: Connection,
    row: Row,
    buyer: Mapping[str, Any],
    sale: Mapping[str, Any],
    spouse: Mapping[str, Any],
    today: date,
) -> Decision:
    if not row["xianfang"]:
        return rejected("XF05", "房子还没有竣工首次登记，先办预告登记。", "《民法典》第二百二十一条")
    for name, what in (
        ("QSPZH", "没有契税完税凭证号，未缴契税不能登记。"),
        ("WXPZH", "没有维修资金缴存凭证号。"),
    ):
        if not sale.get(name):
            return correction(_wrong(f"JY.{name}", what))
    if db.execute("select 1 from fdcq where bdcdyh = ?", (row["bdcdyh"],)).fetchone():
        return rejected("XF06", "这套房子已经登记过。", "《不动产登记暂行条例》第二十二条")
    number = f"湘（{today.year}）长沙市不动产权第{950000 + next_serial(db, 'xjspf'):07d}号"
    day = f"{today:%d/%m/%Y}"
    db.execute(
        f"insert into fdcq values ({', '.join('?' * 16)}, 1)",  # noqa: S608, only question marks
        (
            *(number, row["bdcdyh"], buyer["ZJH"], buyer["MC"], row["zl"], row["qh"], row["jzmj"], "10"),
            *("1" if spouse.get("ZJH") else "0", day, False, False, f"30/06/{today.year + 68}"),
            *(row["szc"], row["zcs"], today.year),
        ),
    )
    paper = Paper(code="XFBDCQZS", number=number, issued_on=today)
    return approved({"FW": {"XBDCQZH": number, "DBSJ": day}}, paper)


def _certified(db: Connection, row: Row, kind: str, key: str, today: date) -> Decision:
    """A 不动产登记证明 of one kind."""
    number = f"湘（{today.year}）长沙市不动产证明第{next_serial(db, 'dyzm'):07d}号"
    db.execute("insert into dyzm values (?, ?, ?)", (number, row["bdcdyh"], kind))
    return approved({"JY": {key: number}}, Paper(code=f"{kind}ZM", number=number, issued_on=today))


def _too_much(sale: Mapping[str, Any]) -> Decision | None:
    price, loan = sale.get("CJJ"), sale.get("DKJE")
    if not isinstance(price, int | float) or not isinstance(loan, int | float) or loan <= 0:
        return correction(_wrong("JY.DKJE", "贷款金额不是有效的数。"))
    return (
        correction(_wrong("JY.DKJE", "首付款不到房价的百分之十五。")) if loan > price * LARGEST_LOAN else None
    )


def _part(matter: Matter, name: str) -> Mapping[str, Any]:
    found = matter.fields.get(name)
    return found if isinstance(found, dict) else {}


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="登记要以备案合同和登记簿为准。",
        how="请核对合同和登记证明后重新填写。",
        law="《不动产登记暂行条例》第十六条",
    )


NEW_HOMES: Final = Desk(
    schema="""
        create table xjfw (bdcdyh text primary key, gfr_zjh text not null, zl text not null, qh text not null,
            jzmj text not null, xianfang integer not null, sfcf integer not null, szc integer not null,
            zcs integer not null, jfrq text not null);
        create table dyzm (zmh text primary key, bdcdyh text not null, zl text not null)
    """,
    tables=("xjfw", "dyzm"),
    items={
        NOTICE: "new_home_advance_notice",
        LOAN_NOTICE: "mortgage_advance_notice",
        FIRST: "new_home_registration",
        MORTGAGE: "mortgage_registration",
    },
    seed=_seed,
    decide=_decide,
)
