"""公积金, desk of members: accounts for employees and for people who work on their own account."""

from collections.abc import Mapping
from datetime import date
from sqlite3 import Connection
from typing import Any, Final

from departments import _xml
from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Decision,
    Flaw,
    Lookup,
    Matter,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World

EMPLOYEE, ALONE, EMPLOYER = "KH-ZG", "KH-LH", "KH-DW"
LEAST, MOST = 5, 12
"""Per cent of the wage that an employer may choose."""
SHARE: Final = 24
"""Per cent of the wage, employer and employee together."""


def _unit(db: Connection, asked: Asked) -> Answer:
    told = _xml.read(asked, "Jiaoyi").get("Tiaojian")
    if not isinstance(told, dict) or not told.get("@DWDM"):
        raise Unreadable("Tiaojian/@DWDM")
    row = db.execute("select dwzh from dwzh where dwdm = ?", (told["@DWDM"],)).fetchone()
    answer = _xml.element("Yingda", None, fhm="E002" if row is None else "0000")
    if row is not None:
        found = _xml.element("Jieguo", None)
        found.append(_xml.element("DanWei", None, DWZH=row["dwzh"]))
        answer.append(found)
    return _xml.answer(answer)


def _register(db: Connection, matter: Matter) -> Decision:
    """单位缴存登记: once for each employer, at a rate that the rules allow (条例第十四条、第十八条)."""
    unit = matter.fields.get("DanWei") or {}
    code, rate = str(unit.get("@DWDM") or ""), str(unit.get("@JCBL") or "")
    if len(code) != 18:  # noqa: PLR2004, GB 32100
        return correction(_wrong("DanWei.@DWDM", "统一社会信用代码不是十八位。"))
    if not rate.isdecimal() or not LEAST <= int(rate) <= MOST:
        return correction(_wrong("DanWei.@JCBL", "缴存比例要在百分之五到百分之十二之间。"))
    if db.execute("select 1 from dwzh where dwdm = ?", (code,)).fetchone():
        return rejected("GJJ05", "这家单位已经办过缴存登记。", "《住房公积金管理条例》第十四条")
    number = f"4301{500000 + next_serial(db, 'dwzh'):06d}"
    db.execute("insert into dwzh values (?, ?, ?)", (number, code, str(unit.get("@DWMC") or "")))
    return approved({"DanWei": {"DWZH": number}})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    if matter.item == EMPLOYER:
        return _register(db, matter)
    told: Mapping[str, Any] = matter.fields.get("YuanGong" if matter.item == EMPLOYEE else "BenRen") or {}
    part = "YuanGong" if matter.item == EMPLOYEE else "BenRen"
    known = db.execute("select * from grzh where zjhm = ?", (told.get("@ZJHM"),)).fetchone()
    if known is not None and known["xingming"] != told.get("@XingMing"):
        return correction(_wrong(f"{part}.@XingMing", "姓名和账户登记的不一致。"))
    employer = ""
    if matter.item == EMPLOYEE:
        unit = matter.fields.get("DanWei") or {}
        firm = db.execute("select * from dwzh where dwzh = ?", (unit.get("@DWZH"),)).fetchone()
        if firm is None or firm["dwdm"] != unit.get("@DWDM"):
            return correction(_wrong("DanWei.@DWZH", "单位公积金账号和单位对不上。"))
        employer = firm["dwdm"]
    wanted = str(told.get("@YGZ" if matter.item == EMPLOYEE else "@XDYJCE") or "")
    if not wanted.isdecimal() or not int(wanted):
        return correction(
            _wrong(f"{part}.{'@YGZ' if employer else '@XDYJCE'}", "金额没有填，或者不是有效的数。")
        )
    deposit = int(wanted) * SHARE // 100 if employer else int(wanted)
    number = f"43019{next_serial(db, 'grzh'):07d}" if known is None else known["grzh"]
    if known is None:
        db.execute(
            "insert into grzh values (?, ?, ?, '01', 0, ?, 0, 0, '', '', ?)",
            (told["@ZJHM"], told["@XingMing"], number, deposit, employer),
        )
    else:
        db.execute(
            "update grzh set grzhzt = '01', yjce = ?, dwdm = ? where zjhm = ?",
            (deposit, employer, told["@ZJHM"]),
        )
    return approved({part: {"GRZH": number, "QYRQ": f"{today:%Y%m%d}"}})


def _described(world: World) -> list[Described]:
    query = _xml.element("Jiaoyi", None)
    query.append(_xml.element("Tiaojian", None, DWDM=world.companies[0].credit_code))
    return [
        Described(
            method="POST",
            path="/gjj/jy/1002",
            name="jy1002",
            summary="单位账户信息查询",
            content_type="application/xml",
            request=_xml.write(query).decode(),
            answer_type="application/xml",
            answer=_xml.write(_xml.element("Yingda", None, fhm="0000")).decode(),
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="账户信息要和单位、本人登记一致。",
        how="请核对后重新填写。",
        law="《住房公积金管理条例》第十五条",
    )


MEMBERS: Final = Desk(
    items={
        EMPLOYEE: "employee_housing_fund",
        ALONE: "flexible_housing_fund",
        EMPLOYER: "employer_housing_fund",
    },
    lookups=(Lookup("1002", "POST", "/gjj/jy/1002", _unit),),
    decide=_decide,
    described=_described,
)
