"""税务: taxes on a sale of a home and registration of companies; Chinese field names, amounts in 分, 是/否.

Dates are written ``2026年11月20日``; nobody found is 返回码 ``N``.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from departments import tax_companies
from departments._department import Department
from departments._kinds import (
    Answer,
    Asked,
    Callback,
    Decision,
    Flaw,
    Letter,
    Lookup,
    Matter,
    MessageKind,
    Paper,
    Taken,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described, document
from departments._store import next_serial
from departments.population import PERSONAS, World
from departments.tax_vehicles import USED_CARS

CHINA: Final = ZoneInfo("Asia/Shanghai")
DEED, INCOME, VAT, REGISTER = "契税申报", "个人所得税申报", "增值税申报", "税务登记"
SMALL_HOME: Final = Decimal(140)
"""Square metres up to which the lower deed tax rates apply."""


URGED: Final = "清税督办"
"""The notice that the platform sends when a clearance is late."""


class Tax(Department):
    """The tax bureau."""

    code = "tax"
    title = "电子税务局"
    schema = """
        create table 自然人 (证件号码 text primary key, 姓名 text not null, 欠税 integer not null,
            非正常户 integer not null);
        create table 完税凭证 (凭证号 text primary key, 税种 text not null, 合同编号 text not null,
            税额 integer not null, unique (税种, 合同编号));
        create table 企业 (信用代码 text primary key, 档案号 text not null)
    """
    tables = ("自然人", "完税凭证", "企业")
    desks = (tax_companies.DESK, USED_CARS)
    items: ClassVar = {
        DEED: "deed_tax",
        INCOME: "income_tax_on_property",
        VAT: "vat_on_property",
        REGISTER: "tax_registration",
    }
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/dzswj/sb",
        "supplement": "/dzswj/bz",
        "withdraw": "/dzswj/ch",
        "notify": "/dzswj/tz",
    }

    def seed(self, db: Connection, world: World) -> None:
        parts = set(PERSONAS.values())
        db.executemany(
            "insert into 自然人 values (?, ?, ?, ?)",
            (
                (one.id_number, one.name, at not in parts and at % 97 == 0, at not in parts and at % 193 == 0)
                for at, one in enumerate(world.people)
            ),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("纳税人信息", "POST", "/dzswj/nsr", self._person),)

    def _person(self, db: Connection, asked: Asked) -> Answer:
        number = asked.json().get("证件号码")
        if not isinstance(number, str):
            raise Unreadable("证件号码")
        row = db.execute("select * from 自然人 where 证件号码 = ?", (number,)).fetchone()
        if row is None:
            return Answer.json({"返回码": "N", "返回信息": "无此纳税人"})
        record = {
            "证件号码": number,
            "是否欠税": "是" if row["欠税"] else "否",
            "是否关联非正常户": "是" if row["非正常户"] else "否",
        }
        return Answer.json({"返回码": "Y", "返回信息": "成功", "纳税人": record})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"返回码": f"E-{code}", "返回信息": text}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        if kind == "notify":
            return _notice(body)
        head, data, files = body.get("报文头"), body.get("申报数据", {}), body.get("附列资料", [])
        if not isinstance(head, dict) or not isinstance(data, dict) or not isinstance(files, list):
            raise Unreadable("报文头、申报数据、附列资料")
        for name in ("报文编号", "业务流水号", "事项")[: 3 if kind == "submit" else 2]:
            if not isinstance(head.get(name), str) or not head[name]:
                raise Unreadable(f"报文头.{name}")
        return Taken(
            message_id=head["报文编号"],
            dispatch_id=head["业务流水号"],
            item=head.get("事项", ""),
            fields=data,
            materials=tuple(str(one.get("资料代码")) for one in files if isinstance(one, dict)),
        )

    def noted(self, notice: Taken, letter_id: str, at: datetime) -> Letter | None:
        if notice.item != URGED:
            return None
        head = {
            "来函编号": letter_id,
            "种类": "延期说明",
            "办件编号": notice.case_number,
            "时间": f"{at.astimezone(CHINA):%Y年%m月%d日%H时%M分%S秒}",
        }
        firm = {"未缴销发票份数": 3}
        body = json.dumps({"来函": head, "说明数据": {"企业": firm}}, ensure_ascii=False)
        return Letter(content_type="application/json", body=body.encode())

    def receipt(self, number: str) -> Answer:
        return Answer.json({"返回码": "Y", "返回信息": "已受理", "受理编号": number})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        data = matter.fields
        if matter.item == REGISTER:
            return self._register(db, data)
        part = "买方" if matter.item == DEED else "卖方"
        payer = data.get(part) or {}
        row = db.execute("select * from 自然人 where 证件号码 = ?", (payer.get("证件号码"),)).fetchone()
        if row is None or row["姓名"] != payer.get("姓名"):
            return correction(_wrong(f"{part}.姓名", f"{part}姓名和证件号码对不上。"))
        sale, home = data.get("交易") or {}, data.get("房屋") or {}
        price, contract = sale.get("成交价"), str(sale.get("合同备案号") or "")
        if not isinstance(price, int) or price <= 0:
            return correction(_wrong("交易.成交价", "成交价不是有效的金额。"))
        if not contract:
            return correction(_wrong("交易.合同备案号", "没有网签合同备案号。"))
        if matter.item == INCOME and row["欠税"]:
            return rejected("QS01", "有未缴清的税款，请先缴清。", "《税收征收管理法》第四十五条")
        if matter.item == DEED:
            tax = _deed_tax(price, home, payer)
        elif matter.item == VAT:
            tax = _vat(price, home)
        else:
            tax = _income_tax(price, home, sale, payer)
        return self._paid(db, matter.item, contract, tax, today)

    def _paid(self, db: Connection, kind: str, contract: str, tax: int, today: date) -> Decision:
        again = db.execute(
            "select 1 from 完税凭证 where 税种 = ? and 合同编号 = ?", (kind, contract)
        ).fetchone()
        if again:
            return rejected("SB02", "这份合同已经申报过这个税种。", "《税收征收管理法》第二十五条")
        number = f"343{today:%y}{next_serial(db, '完税凭证'):013d}"
        db.execute("insert into 完税凭证 values (?, ?, ?, ?)", (number, kind, contract, tax))
        names = {DEED: "契税", INCOME: "个人所得税", VAT: "增值税"}
        paper = Paper(code=f"{names[kind]}完税证明", number=number, issued_on=today)
        return approved({"交易": {names[kind]: {"税额": tax, "凭证号": number}}}, paper)

    def _register(self, db: Connection, data: dict[str, Any]) -> Decision:
        firm = data.get("企业") or {}
        code = str(firm.get("信用代码") or "")
        if len(code) != 18:  # noqa: PLR2004, GB 32100
            return correction(_wrong("企业.信用代码", "统一社会信用代码不是十八位。"))
        person = data.get("法定代表人") or {}
        row = db.execute("select * from 自然人 where 证件号码 = ?", (person.get("证件号码"),)).fetchone()
        if row is None or row["姓名"] != person.get("姓名"):
            return correction(_wrong("法定代表人.姓名", "法定代表人姓名和证件号码对不上。"))
        if row["非正常户"]:
            return rejected("DJ03", "法定代表人名下有非正常户，请先解除。", "《税收征收管理法》第十五条")
        if db.execute("select 1 from 企业 where 信用代码 = ?", (code,)).fetchone():
            return rejected("DJ02", "这家企业已经办过税务登记。", "《税收征收管理法》第十五条")
        number = f"4301{next_serial(db, '档案'):011d}"
        db.execute("insert into 企业 values (?, ?)", (code, number))
        wanted = firm.get("预计月开票金额")
        ceiling = 10_000_000 if firm.get("纳税人类别") == "小规模纳税人" else 75_000_000  # 分
        quota = min(wanted, ceiling) if isinstance(wanted, int) else ceiling
        return approved({"企业": {"档案号": number, "发票额度": quota}})

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        kinds = {"accepted": "受理", "correction": "补正", "approved": "办结", "rejected": "不予办理"}
        decision = reply.decision
        body = {
            "回执": {
                "回执编号": reply.reply_id,
                "业务流水号": reply.dispatch_id,
                "受理编号": reply.receipt,
                "状态": kinds[reply.kind],
                "时间": f"{reply.at.astimezone(CHINA):%Y年%m月%d日%H时%M分%S秒}",
            },
            "结果": decision.result,
            "证照": [
                {"种类": one.code, "编号": one.number, "开具日期": f"{one.issued_on:%Y年%m月%d日}"}
                for one in decision.papers
            ],
            "补正事项": [
                {"项目": one.field, "问题": one.what, "原因": one.why, "办法": one.how, "依据": one.law}
                for one in decision.flaws
            ],
            "理由": [{"代码": one.code, "说明": one.text, "依据": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        buyer = world.people[PERSONAS["buyer"]]
        head = {"报文编号": "EXAMPLE-1", "业务流水号": "EXAMPLE-1", "事项": DEED}
        data = {
            "买方": {"证件号码": buyer.id_number, "姓名": buyer.name, "住房套数": 0},
            "交易": {"成交价": 150_000_000, "合同备案号": "EXAMPLE"},
            "房屋": {"建筑面积": 98.5, "用途": "住宅"},
        }
        good = {"返回码": "Y", "返回信息": "已受理", "受理编号": "TA20261123000001"}
        bodies: dict[MessageKind, dict[str, Any]] = {
            "submit": {"报文头": head, "申报数据": data, "附列资料": []},
            "supplement": {"报文头": {**head, "报文编号": "EXAMPLE-2"}, "申报数据": data},
            "withdraw": {"报文头": {**head, "报文编号": "EXAMPLE-3"}},
            "notify": {
                "报文头": {"报文编号": "EXAMPLE-4", "通知种类": URGED, "办件编号": "TB20261123-000017-4"},
                "通知数据": {"企业": {"名称": "示例有限公司"}},
            },
        }
        record = {"证件号码": buyer.id_number, "是否欠税": "否", "是否关联非正常户": "否"}
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path="/dzswj/nsr",
                    name="nsr",
                    summary="纳税人信息查询",
                    request={"证件号码": buyer.id_number},
                    answer={"返回码": "Y", "返回信息": "成功", "纳税人": record},
                ),
                *(
                    Described(
                        method="POST",
                        path=self.paths[kind],
                        name=kind,
                        summary="申报",
                        request=body,
                        answer=good,
                    )
                    for kind, body in bodies.items()
                ),
            ],
        )


def _notice(body: dict[str, Any]) -> Taken:
    """A notice about a case: its kind, the case's number, what it tells."""
    head, data = body.get("报文头"), body.get("通知数据", {})
    if not isinstance(head, dict) or not isinstance(data, dict):
        raise Unreadable("报文头、通知数据")
    for name in ("报文编号", "通知种类", "办件编号"):
        if not isinstance(head.get(name), str) or not head[name]:
            raise Unreadable(f"报文头.{name}")
    return Taken(
        message_id=head["报文编号"],
        dispatch_id="",
        item=head["通知种类"],
        fields=data,
        case_number=head["办件编号"],
    )


def _rated(price: int, rate: str) -> int:
    return int((Decimal(price) * Decimal(rate)).quantize(Decimal(1), ROUND_HALF_UP))


def _deed_tax(price: int, home: dict[str, Any], buyer: dict[str, Any]) -> int:
    """契税: first home 1 % or 1.5 %, second 1 % or 2 % by area (2024 notice), everything else 3 %."""
    homes, area = buyer.get("住房套数"), Decimal(str(home.get("建筑面积") or 0))
    if home.get("用途") != "住宅" or not isinstance(homes, int) or homes > 1:
        return _rated(price, "0.03")
    if area <= SMALL_HOME:
        return _rated(price, "0.01")
    return _rated(price, "0.015" if homes == 0 else "0.02")


def _vat(price: int, home: dict[str, Any]) -> int:
    """增值税: a home held two years or more is free; otherwise 5 % of the price without the tax."""
    held = home.get("持有年数")
    if home.get("用途") == "住宅" and isinstance(held, int) and held >= 2:  # noqa: PLR2004, two years
        return 0
    return int((Decimal(price) / Decimal("1.05") * Decimal("0.05")).quantize(Decimal(1), ROUND_HALF_UP))


def _income_tax(price: int, home: dict[str, Any], sale: dict[str, Any], seller: dict[str, Any]) -> int:
    """个人所得税: the only home held five years is free; else 20 % of the gain, or 1 % of the price."""
    held, homes = home.get("持有年数"), seller.get("住房套数")
    if home.get("用途") == "住宅" and isinstance(held, int) and held >= 5 and homes == 1:  # noqa: PLR2004, five
        return 0
    original = sale.get("房屋原值")
    if sale.get("计税方式") == "据实" and isinstance(original, int):
        return _rated(max(price - original, 0), "0.2")
    return _rated(price, "0.01")


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="申报信息要和登记信息一致。",
        how="请核对合同和证件后重新填写。",
        law="《税收征收管理法》第二十五条",
    )
