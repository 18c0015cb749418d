"""教育, the admissions desk: which school a child goes to, and its record for life."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, Paper, approved, correction, rejected
from departments._store import next_serial

ENROL, RECORD = "RX01", "XJ01"
SCHOOLS: Final = {"小学": "示范小学", "初中": "示范中学"}
AGE: Final = {"小学": 6, "初中": 11}
"""Years by 31 August of the year of entry (Compulsory Education Law, art. 11, and the usual six years)."""
DISTRICTS: Final = {
    "430102": "芙蓉区",
    "430103": "天心区",
    "430104": "岳麓区",
    "430105": "开福区",
    "430111": "雨花区",
    "430121": "长沙县",
}


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    child = matter.fields.get("haizi") or {}
    number, name = str(child.get("@zjhm") or ""), str(child.get("@xm") or "")
    if len(number) != 18 or not name:  # noqa: PLR2004, GB 11643
        return correction(_wrong("haizi.@zjhm", "孩子的姓名或者身份证号码不完整。"))
    if matter.item == RECORD:
        return _record(db, child, number)
    return _enrol(db, matter.fields, child, today)


def _enrol(db: Connection, data: dict[str, Any], child: dict[str, Any], today: date) -> Decision:
    """入学: age, a home or a permit, then a school of the district."""
    told, parent = data.get("shenqing") or {}, data.get("jiazhang") or {}
    stage, year = str(told.get("@jd")), int(told.get("@nf") or today.year)
    if stage not in AGE:
        return correction(_wrong("shenqing.@jd", "入学阶段要选小学或者初中。"))
    if str(child.get("@csrq")) > f"{year - AGE[stage]}-08-31":
        return rejected("RX11", "到入学当年8月31日不满规定的年龄。", "《义务教育法》第十一条")
    home, permit = parent.get("zhufang") or {}, parent.get("juzhuzheng") or {}
    if not home.get("@zh") and not permit.get("@bh"):
        return correction(_wrong("jiazhang.zhufang.@zh", "住房和居住证至少要有一样。"))
    if permit.get("@bh") and str(permit.get("@qzz") or permit.get("@yxq")) < today.isoformat():
        return correction(_wrong("jiazhang.juzhuzheng.@yxq", "居住证已经过期，请先签注。"))
    known = db.execute("select bh from luqu where zjhm = ? and nf = ?", (child["@zjhm"], year)).fetchone()
    if known is not None:
        return rejected("RX12", "这个孩子今年已经录取，不用重复报名。", "《义务教育法》第十二条")
    region = str(parent.get("@jzqh") or child.get("@hjqh") or "430102")
    # The register of the place decides where a local child goes; others go where they live.
    if home.get("@zh") and str(child.get("@hjqh", "")).startswith("4301"):
        region = str(child["@hjqh"])
    twin = db.execute("select xx from luqu where zjhm = ?", (child.get("@sbt"),)).fetchone()
    school = twin["xx"] if twin else f"长沙市{DISTRICTS.get(region, '市直')}{SCHOOLS[stage]}"
    number = f"RX{year}{next_serial(db, 'admission'):07d}"
    db.execute("insert into luqu values (?, ?, ?, ?, null)", (number, child["@zjhm"], year, school))
    paper = Paper(code="RXTZS", number=number, issued_on=today)
    return approved({"haizi": {"luqu": {"@bh": number, "@xx": school}}}, paper)


def _record(db: Connection, child: dict[str, Any], number: str) -> Decision:
    """学籍: the national number is G and the identity number; one child has one."""
    admission = str((child.get("luqu") or {}).get("@bh") or "")
    row = db.execute("select * from luqu where bh = ? and zjhm = ?", (admission, number)).fetchone()
    if row is None:
        return correction(_wrong("haizi.luqu.@bh", "没有找到这份录取。"))
    if row["xjh"]:
        return rejected("XJ02", "已经有学籍，一人一籍。", "《中小学生学籍管理办法》")
    db.execute("update luqu set xjh = ? where bh = ?", (f"G{number}", admission))
    return approved({"haizi": {"xueji": {"@xjh": f"G{number}"}}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="入学要按户籍、住房或者居住证安排。",
        how="请核对后重新填写。",
        law="《义务教育法》第十二条",
    )


DESK: Final = Desk(
    schema="""
        create table luqu (bh text primary key, zjhm text not null, nf integer not null, xx text not null,
            xjh text, unique (zjhm, nf))
    """,
    tables=("luqu",),
    items={ENROL: "school_enrolment", RECORD: "student_record"},
    decide=_decide,
)
