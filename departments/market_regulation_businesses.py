"""市监: registered businesses. Changes of the register, checks of the licence, permits for restaurants."""

from datetime import date
from sqlite3 import Connection, Row
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, Paper, approved, correction, rejected
from departments._store import next_serial

CHANGE, CHECK = "ENT-CHANGE", "LICENCE-CHECK"
CATERING, SMALL = "FOOD-CATERING", "FOOD-SMALL"
LAW: Final = "《市场主体登记管理条例》"
GONE: Final = {"deregistered", "revoked"}
VALID_YEARS: Final = {CATERING: 5, SMALL: 3}
SERIES: Final = {CATERING: ("food", "JY24301", "CATERING"), SMALL: ("smallFood", "XJY24301", "SMALL")}


def decide(db: Connection, matter: Matter, today: date) -> Decision:
    """The company has to stand in the register with this representative; then what is asked for."""
    firm = matter.fields.get("enterprise") or {}
    code = _value(firm, "identity", "uscc")
    row = db.execute("select * from enterprise where uscc = ?", (code,)).fetchone()
    if row is None:
        return correction(_wrong("enterprise.identity.uscc.value", "没有这家企业的登记。"))
    person = _value(matter.fields.get("legalRepresentative") or {}, "identity", "idNumber")
    if row["representative"] != person:
        field = "legalRepresentative.identity.idNumber.value"
        return correction(_wrong(field, "这个人不是登记的法定代表人。"))
    if row["status"] in GONE:
        return rejected("QY01", "营业执照已经吊销或者注销。", f"{LAW}第三十一条")
    if matter.item == CHANGE:
        return _change(db, matter.fields, row, today)
    if matter.item == CHECK:
        number = f"ZZHY{today.year}{next_serial(db, 'check'):06d}"
        return approved({"enterprise": {"licenceCheck": {"number": {"value": number}}}})
    return _food(db, matter, code, today)


def _change(db: Connection, content: dict[str, Any], row: Row, today: date) -> Decision:
    flags = (content.get("enterprise") or {}).get("change") or {}
    new = content.get("changed") or {}
    if "Y" not in flags.values():
        return correction(_wrong("enterprise.change.name", "没有选要变更的内容。"))
    name = _value(new, "identity", "tradeName") if flags.get("name") == "Y" else row["name"]
    taken = db.execute(
        "select 1 from enterprise where name = ? and uscc != ?", (name, row["uscc"])
    ).fetchone()
    if taken or not name:
        return correction(_wrong("changed.identity.tradeName.value", "这个名称已经有公司在用，请换一个。"))
    address, representative = row["address"], row["representative"]
    if flags.get("address") == "Y":
        address = _value(new, "premises", "address")
    if flags.get("representative") == "Y":
        representative = _value(content.get("newRepresentative") or {}, "identity", "idNumber")
        officer = db.execute("select banned from officer where id_no = ?", (representative,)).fetchone()
        if officer is None:
            field = "newRepresentative.identity.idNumber.value"
            return correction(_wrong(field, "没有这个人的身份信息。"))
        if officer["banned"]:
            return rejected("SJ07", "新的法定代表人在任职限制期内。", "《公司法》第一百七十八条")
    db.execute(
        "update enterprise set name = ?, address = ?, representative = ? where uscc = ?",
        (name, address, representative, row["uscc"]),
    )
    number = f"（长）变字〔{today.year}〕第{next_serial(db, 'change')}号"
    done = {"registration": {"number": {"value": number}, "on": f"{today:%Y.%m.%d}"}}
    paper = Paper(code="CHANGED", number=str(row["uscc"]), issued_on=today)
    return approved({"enterprise": {"change": done}}, paper)


def _food(db: Connection, matter: Matter, code: str, today: date) -> Decision:
    firm = matter.fields["enterprise"]
    if not _value(firm, "inspection", "number"):
        return rejected("SP03", "还没有现场核查。", "《食品经营许可和备案管理办法》")
    officer = _value(matter.fields.get("foodSafetyOfficer") or {}, "health", "certificate")
    if not officer:
        field = "foodSafetyOfficer.health.certificate.value"
        return correction(_wrong(field, "食品安全管理员没有健康证明编号。"))
    if db.execute("select 1 from food_permit where uscc = ?", (code,)).fetchone():
        return rejected("SP02", "已经有有效的食品经营许可证。", "《食品经营许可和备案管理办法》")
    part, series, kind = SERIES[matter.item]
    number = f"{series}{next_serial(db, part):08d}"
    db.execute("insert into food_permit values (?, ?)", (number, code))
    until = date(today.year + VALID_YEARS[matter.item], today.month, min(today.day, 28))
    paper = Paper(code=kind, number=number, issued_on=today, valid_until=until)
    return approved({"enterprise": {"permits": {part: {"number": {"value": number}}}}}, paper)


def _value(part: dict[str, Any], group: str, name: str) -> str:
    found = (part.get(group) or {}).get(name)
    return str(found.get("value") or "") if isinstance(found, dict) else ""


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="登记事项要真实、准确。",
        how="请按营业执照或证件重新填写。",
        law=f"{LAW}第十七条",
    )


DESK: Final = Desk(
    items={
        CHANGE: "company_change_registration",
        CHECK: "business_licence_check",
        CATERING: "catering_permit",
        SMALL: "small_food_permit",
    },
    decide=decide,
)
