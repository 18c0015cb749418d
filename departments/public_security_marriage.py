"""公安, the desk of those who marry: the status in both registers, and moving to the spouse's."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, Paper, approved, correction, rejected

STATUS, JOIN = "GA-HZ-0401", "GA-HZ-0302"
MOVES: Final = {"1": ("nvf", "nf"), "2": ("nf", "nvf")}
"""夫妻投靠: who moves, and to whom."""


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    sj = matter.fields
    for role in ("nf", "nvf"):
        row = _person(db, sj, role)
        if row is None:
            return rejected("HZ01", "公民身份号码在人口库中不存在。", "《户口登记条例》第四条")
        if row["xm"] != sj.get(f"{role}_xm"):
            return correction(_wrong(f"{role}_xm", "姓名和户口登记的不一致。"))
        if row["hh"] != sj.get(f"{role}_hh", row["hh"]):
            return correction(_wrong(f"{role}_hh", "户号和户口登记的不一致。"))
        if not sj.get(f"{role}_jhzzh"):
            return correction(_wrong(f"{role}_jhzzh", "没有结婚证字号，无法核对婚姻登记。"))
    if matter.item == STATUS:
        return _married(db, sj, today)
    return _join(db, sj, today)


def _married(db: Connection, sj: dict[str, Any], today: date) -> Decision:
    result = {}
    for role in ("nf", "nvf"):
        db.execute(
            "insert or replace into hyzk values (?, '20', ?, ?)",
            (sj[f"{role}_gmsfhm"], sj[f"{role}_jhzzh"], f"{today:%Y%m%d}"),
        )
        result[f"{role}_hybgrq"] = f"{today:%Y%m%d}"
    return approved(result)


def _join(db: Connection, sj: dict[str, Any], today: date) -> Decision:
    if sj.get("sq_tkfs") not in MOVES:
        return correction(_wrong("sq_tkfs", "没有写明谁迁到谁那里。"))
    mover, host = (_person(db, sj, role) for role in MOVES[sj["sq_tkfs"]])
    home = db.execute("select * from hu where hh = ?", (host["hh"],)).fetchone()
    if home["hklb"] != "JTH":
        return rejected("HZ31", "被投靠的一方是集体户，不能这样迁入。", "《湖南省户口迁移规定》")
    others = db.execute(
        "select count(*) from czrk where hh = ? and gmsfhm <> ? and hcbz = 1", (mover["hh"], mover["gmsfhm"])
    ).fetchone()[0]
    if mover["yhzgx"] == "02" and others:
        return rejected("HZ32", "迁出的一方是户主，户里还有别人，请先变更户主。", "《户口登记条例》第十条")
    db.execute(
        "update czrk set hh = ?, yhzgx = '10', jzdz = ?, jzdqh = ? where gmsfhm = ?",
        (home["hh"], home["zz"], home["qh"], mover["gmsfhm"]),
    )
    page = Paper(code="HKBTKY", number=f"{home['hh']}-{mover['gmsfhm'][-6:]}", issued_on=today)
    return approved({"sq_tkhh": home["hh"]}, page)


def _person(db: Connection, sj: dict[str, Any], role: str) -> Any:
    number = sj.get(f"{role}_gmsfhm")
    return db.execute("select * from czrk where gmsfhm = ? and hcbz = 1", (number,)).fetchone()


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="户口登记的内容要和婚姻登记、人口库一致。",
        how="请按证件重新填写这一项。",
        law="《户口登记条例》第四条",
    )


DESK: Final = Desk(
    schema="""
        create table hyzk (gmsfhm text primary key, hyzkdm text not null, jhzzh text not null,
            bgrq text not null)
    """,
    tables=("hyzk",),
    items={STATUS: "household_marital_status", JOIN: "household_move_spouse"},
    decide=_decide,
)
