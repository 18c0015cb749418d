"""税务: companies. What is open with a company, and the clearance before it closes."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Decision,
    Flaw,
    Lookup,
    Matter,
    Paper,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World
from departments.population_companies import facts

CLEAR, CHANGE = "清税申报", "变更税务登记"
COMPLIANCE, BANKRUPT = "合规核查", "破产核查"


def seed(db: Connection, world: World) -> None:
    """One line per company."""
    for at, firm in enumerate(world.companies):
        known = facts(world, at)
        db.execute(
            "insert into 税户 values (?, ?, ?, ?, ?, ?, ?, 0)",
            (
                *(firm.credit_code, firm.name, world.people[firm.representative].id_number),
                *(f"4301{at:08d}", known.owes_tax, known.abnormal_taxpayer, known.unused_invoices),
            ),
        )


def taxpayer(db: Connection, data: dict[str, Any]) -> Any:
    """The line of the company that a matter is about, None when there is none."""
    code = str((data.get("企业") or {}).get("信用代码") or "")
    return db.execute("select * from 税户 where 信用代码 = ?", (code,)).fetchone()


def _company(db: Connection, asked: Asked) -> Answer:
    code = asked.json().get("信用代码")
    if not isinstance(code, str):
        raise Unreadable("信用代码")
    row = db.execute("select * from 税户 where 信用代码 = ?", (code,)).fetchone()
    if row is None:
        return Answer.json({"返回码": "N", "返回信息": "无此纳税人"})
    firm = {
        "信用代码": row["信用代码"],
        "档案号": row["档案号"],
        "是否欠税": "是" if row["欠税"] else "否",
        "是否关联非正常户": "是" if row["非正常户"] else "否",
        "未缴销发票份数": row["未缴销发票"],
    }
    return Answer.json({"返回码": "Y", "返回信息": "成功", "纳税人": {"企业": firm}})


def decide(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    """Clearance: nothing may be open. A change follows the register."""
    row = taxpayer(db, matter.fields)
    if row is None:
        return correction(wrong("企业.信用代码", "没有这家企业的税务登记。"))
    if matter.item == BANKRUPT:
        if not (matter.fields.get("申请") or {}).get("指定管理人决定书"):
            return rejected("HC01", "没有法院指定管理人的决定书。", "《企业破产法》第十三条")
        return approved({"企业": {"核查欠税": "是" if row["欠税"] else "否"}})
    if row["法定代表人"] != (matter.fields.get("法定代表人") or {}).get("证件号码"):
        return correction(wrong("法定代表人.证件号码", "法定代表人和税务登记的不一致。"))
    if matter.item == COMPLIANCE:
        found = row["欠税"] or row["非正常户"]
        return approved({"企业": {"合规结果": "有记录" if found else "无记录"}})
    if matter.item == CHANGE:
        return _change(db, matter.fields, row, today)
    if row["欠税"]:
        return rejected("QS01", "有未缴清的税款，请先缴清。", "《税收征收管理法》第四十五条")
    if row["已清税"]:
        return rejected("QS02", "已经开具过清税证明。", "《税收征收管理法》第十六条")
    number = f"湘税一税企清〔{today.year}〕{next_serial(db, '清税证明')}号"
    db.execute("update 税户 set 已清税 = 1, 未缴销发票 = 0 where 信用代码 = ?", (row["信用代码"],))
    paper = Paper(code="清税证明", number=number, issued_on=today)
    return approved({"企业": {"清税证明号": number}}, paper)


def _change(db: Connection, data: dict[str, Any], row: Any, today: date) -> Decision:
    if not (data.get("企业") or {}).get("变更通知书号"):
        return rejected("BG01", "登记机关还没有办理变更。", "《税收征收管理法》第十六条")
    name = (data.get("变更后") or {}).get("名称") or row["名称"]
    person = (data.get("新法定代表人") or {}).get("证件号码") or row["法定代表人"]
    db.execute("update 税户 set 名称 = ?, 法定代表人 = ? where 信用代码 = ?", (name, person, row["信用代码"]))
    return approved({"企业": {"税务变更号": f"BG{today.year}{next_serial(db, '变更'):06d}"}})


def described(world: World) -> list[Described]:
    """The query."""
    code = world.companies[0].credit_code
    found = {"企业": {"信用代码": code, "是否欠税": "否"}}
    return [
        Described(
            method="POST",
            path="/dzswj/qy",
            name="qy",
            summary="企业纳税人信息查询",
            request={"信用代码": code},
            answer={"返回码": "Y", "返回信息": "成功", "纳税人": found},
        )
    ]


def wrong(field: str, what: str) -> Flaw:
    """One thing to mend."""
    return Flaw(
        field=field,
        what=what,
        why="申报信息要和税务登记一致。",
        how="请按营业执照和税务登记重新填写。",
        law="《税收征收管理法》第十六条",
    )


DESK: Final = Desk(
    schema="""
        create table 税户 (信用代码 text primary key, 名称 text not null, 法定代表人 text not null,
            档案号 text not null, 欠税 integer not null, 非正常户 integer not null,
            未缴销发票 integer not null, 已清税 integer not null)
    """,
    tables=("税户",),
    items={
        CLEAR: "tax_clearance",
        CHANGE: "tax_information_change",
        COMPLIANCE: "compliance_check_tax",
        BANKRUPT: "bankruptcy_tax_check",
    },
    seed=seed,
    lookups=(Lookup("企业纳税人信息", "POST", "/dzswj/qy", _company),),
    decide=decide,
    described=described,
)
