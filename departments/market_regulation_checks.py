"""市监: what others may know of a company. The compliance check, and the extract for an administrator."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected

COMPLIANCE, EXTRACT = "INFO-COMPLIANCE", "INFO-EXTRACT"
WORDS: Final = {"active": "存续", "suspended": "歇业", "deregistered": "注销", "revoked": "吊销"}


def decide(db: Connection, matter: Matter, _today: date) -> Decision:
    """A compliance check reads the lists; an extract needs the court's decision."""
    firm = matter.fields.get("enterprise") or {}
    code = str(((firm.get("identity") or {}).get("uscc") or {}).get("value") or "")
    row = db.execute("select * from enterprise where uscc = ?", (code,)).fetchone()
    if row is None:
        return correction(_wrong("enterprise.identity.uscc.value", "没有这家企业的登记。"))
    if matter.item == COMPLIANCE:
        listed = db.execute("select abnormal, penalty_no from listing where uscc = ?", (code,)).fetchone()
        found = listed is not None and (listed["abnormal"] or listed["penalty_no"])
        return approved({"enterprise": {"compliance": {"market": {"code": "2" if found else "0"}}}})
    court = (matter.fields.get("applicant") or {}).get("court") or {}
    if not (court.get("decision") or {}).get("value"):
        return rejected("HC01", "没有法院指定管理人的决定书。", "《企业破产法》第十三条")
    text = f"{WORDS.get(row['status'], row['status'])}，{row['founded']}成立，注册资本{row['capital']}元"
    return approved({"enterprise": {"extract": {"value": text}}})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="核查按统一社会信用代码查找。",
        how="请按营业执照重新填写。",
        law="《市场主体登记管理条例》第八条",
    )


DESK: Final = Desk(
    items={COMPLIANCE: "compliance_check_market", EXTRACT: "bankruptcy_registration_check"}, decide=decide
)
