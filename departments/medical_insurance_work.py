"""医保, the desk of work: employees whom an employer insures, and people who insure themselves."""

from datetime import date, datetime
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected
from departments._store import next_serial

EMPLOYEE, FLEXIBLE = "ZGCB-011", "LHCB-012"
EMPLOYEES: Final = "310"
FORMAT: Final = "%Y/%m/%d"


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    part = "empl" if matter.item == EMPLOYEE else "flex"
    told = matter.fields.get(part) or {}
    row = db.execute("select * from insu where certno = ?", (told.get("certno"),)).fetchone()
    if row is not None and row["psn_name"] != told.get("psn_name"):
        return correction(_wrong(f"{part}.psn_name", "姓名和身份证号码对不上。"))
    begins = today
    if matter.item == EMPLOYEE:
        unit = matter.fields.get("unit") or {}
        if len(str(unit.get("uscc") or "")) != 18:  # noqa: PLR2004, GB 32100
            return correction(_wrong("unit.uscc", "统一社会信用代码不是十八位。"))
        try:
            begins = datetime.strptime(str(told.get("hire_date")), FORMAT).date()  # noqa: DTZ007, a day
        except ValueError:
            return correction(_wrong("empl.hire_date", "没有填入职日期。"))
    elif not told.get("emp_reg_no"):
        return correction(_wrong("flex.emp_reg_no", "没有灵活就业登记号。"))
    if row is not None and row["insutype"] == EMPLOYEES and matter.item != EMPLOYEE:
        return rejected("CB03", "已经参加职工医保。", "《社会保险法》第二十三条")
    return _insured(db, told, row, part, begins)


def _insured(db: Connection, told: dict[str, Any], row: Any, part: str, begins: date) -> Decision:
    """职工医保 from the given day; residents' insurance ends by itself."""
    if row is None:
        number = f"4301{9500000000 + next_serial(db, 'psn'):010d}"
        db.execute(
            "insert into insu values (?, ?, ?, ?, '430100', ?, '', '')",
            (told["certno"], told["psn_name"], number, EMPLOYEES, f"{begins:{FORMAT}}"),
        )
    else:
        db.execute(
            "update insu set insutype = ?, begndate = ? where certno = ?",
            (EMPLOYEES, f"{begins:{FORMAT}}", told["certno"]),
        )
    return approved({part: {"cover_date": f"{begins:{FORMAT}}"}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="参保信息要和人口、就业登记一致。",
        how="请核对证件后重新填写。",
        law="《社会保险法》第二十三条",
    )


WORK: Final = Desk(
    items={EMPLOYEE: "employee_medical_insurance", FLEXIBLE: "flexible_medical_insurance"}, decide=_decide
)
