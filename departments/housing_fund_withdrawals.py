"""公积金, desk of withdrawals: on retirement, for a home."""

from collections.abc import Mapping
from datetime import date
from sqlite3 import Connection, Row
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected

RETIRED, HOME = "TQ-LTX", "TQ-GF"
CLOSED: Final = "05"
"""An account that is no more."""
DWELLING: Final = "1"


def retired(db: Connection, matter: Matter, today: date) -> Decision:
    """离退休提取: the balance less a loan still owed is paid out, the account closed (条例第二十四条)."""
    told = part(matter, "ZhiGong")
    row, wrong = account(db, told)
    if row is None:
        return wrong
    if not told.get("@TXRQ") or str(told["@TXRQ"]) > f"{today:%Y%m%d}":
        return correction(_flaw("ZhiGong.@TXRQ", "退休日期没有填，或者还没有到。"))
    if row["grzhzt"] == CLOSED:
        return rejected("GJJ02", "账户已经销户。", "《住房公积金管理条例》第二十四条")
    paid = max(row["grzhye"] - row["dkye"], 0)
    db.execute(
        "update grzh set grzhye = 0, dkye = ?, grzhzt = ? where zjhm = ?",
        (max(row["dkye"] - row["grzhye"], 0), CLOSED, row["zjhm"]),
    )
    return pay(db, matter, row, paid, today)


def for_a_home(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    """购房提取: what is asked for, up to the balance and the price, once for each contract."""
    told, sale = part(matter, "ZhiGong"), part(matter, "JiaoYi")
    row, wrong = account(db, told)
    if row is None:
        return wrong
    if part(matter, "FangWu").get("@FWYT") != DWELLING:
        return rejected("GJJ04", "不是自住住房。", "《住房公积金管理条例》第二十四条")
    asked, price = _cents(told.get("@SQTQE")), _cents(sale.get("@CJJ"))
    if not 0 < asked <= price:
        return correction(_flaw("ZhiGong.@SQTQE", "申请提取的金额没有填，或者超过了房款。"))
    if not sale.get("@HTBAH"):
        return correction(_flaw("JiaoYi.@HTBAH", "没有备案合同号。"))
    if row["grzhzt"] == CLOSED:
        return rejected("GJJ02", "账户已经销户。", "《住房公积金管理条例》第二十四条")
    if asked > row["grzhye"]:
        return correction(_flaw("ZhiGong.@SQTQE", "申请提取的金额超过了账户余额。"))
    db.execute("update grzh set grzhye = grzhye - ? where zjhm = ?", (asked, row["zjhm"]))
    return pay(db, matter, row, asked, today)


def account(db: Connection, told: Mapping[str, Any]) -> tuple[Row | None, Decision]:
    """The account of the person told of; otherwise None and what to say."""
    row = db.execute("select * from grzh where zjhm = ?", (told.get("@ZJHM"),)).fetchone()
    if row is None:
        return None, rejected("GJJ01", "没有查到本人的公积金账户。", "《住房公积金管理条例》第二十四条")
    if row["xingming"] != told.get("@XingMing"):
        return None, correction(_flaw("ZhiGong.@XingMing", "姓名和账户登记的不一致。"))
    if told.get("@GRZH") not in {None, row["grzh"]}:
        return None, correction(_flaw("ZhiGong.@GRZH", "个人公积金账号不对。"))
    return row, approved({})


def pay(db: Connection, matter: Matter, row: Row, cents: int, today: date) -> Decision:
    """Write a withdrawal down; what goes back to the platform is in 分."""
    db.execute("insert into tiqu values (?, ?, ?)", (matter.dispatch_id, row["grzh"], cents))
    return approved({"ZhiGong": {"TQJE": str(cents), "DZRQ": f"{today:%Y%m%d}"}})


def part(matter: Matter, name: str) -> Mapping[str, Any]:
    """One element of the message, with its attributes."""
    found = matter.fields.get(name)
    return found if isinstance(found, dict) else {}


def _cents(text: Any) -> int:
    return int(text) if str(text or "").isdecimal() else 0


def _flaw(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="提取要和账户登记的信息一致。",
        how="请核对公积金账户或证件后重新填写。",
        law="《住房公积金管理条例》第二十五条",
    )


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    return retired(db, matter, today) if matter.item == RETIRED else for_a_home(db, matter, today)


WITHDRAWALS: Final = Desk(
    items={RETIRED: "housing_fund_withdrawal_retirement", HOME: "housing_fund_withdrawal_home"},
    decide=_decide,
)
