"""医保: insurance, maternity settlements and payments; XML in a namespace.

Dates are ``2026/11/20``, amounts yuan with two decimals; nobody found is ``infcode`` -101.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from departments import (
    _xml,
    medical_insurance_away,
    medical_insurance_cards,
    medical_insurance_retirement,
    medical_insurance_settlement,
    medical_insurance_units,
)
from departments._department import Department
from departments._kinds import (
    Answer,
    Asked,
    Callback,
    Decision,
    Flaw,
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
from departments.medical_insurance_work import WORK
from departments.population import PERSONAS, World

CHINA: Final = ZoneInfo("Asia/Shanghai")
NAMESPACE: Final = "urn:example:ybxxpt:v1"
PAYMENT, JOIN, EMPLOYER = "SYDY-001", "CBDJ-002", "DWCB-001"
INSUTYPE: Final = {"employee": "310", "resident": "390", "none": "000"}
CENT: Final = Decimal("0.01")
CEILING: Final = {"310": Decimal(6000), "390": Decimal(3000)}
"""Most that is paid per delivery, in yuan."""


class MedicalInsurance(Department):
    """The medical security bureau."""

    code = "medical_insurance"
    title = "医疗保障信息平台"
    schema = """
        create table insu (certno text primary key, psn_name text not null, psn_no text not null,
            insutype text not null, admdvs text not null, begndate text not null, acct_bank text not null,
            acct_no text not null);
        create table setl (setl_id text primary key, certno text not null unique, dise_name text not null,
            medfee text not null, fund_pay text not null, paid text);
        create table unit (unit_no text primary key, uscc text not null unique)
    """
    tables = ("insu", "setl", "unit")
    items: ClassVar = {
        PAYMENT: "maternity_benefit",
        JOIN: "resident_insurance_newborn",
        EMPLOYER: "employer_medical_insurance",
    }
    desks = (
        medical_insurance_retirement.DESK,
        medical_insurance_away.DESK,
        WORK,
        medical_insurance_units.DESK,
        medical_insurance_cards.DESK,
        medical_insurance_settlement.DESK,
    )
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/ybfw/services/apply",
        "supplement": "/ybfw/services/amend",
        "withdraw": "/ybfw/services/revoke",
    }

    def seed(self, db: Connection, world: World) -> None:
        db.executemany(
            "insert into insu values (?, ?, ?, ?, '430100', ?, ?, ?)",
            (
                (
                    *(one.id_number, one.name, one.insurance_number, INSUTYPE[one.insurance_kind]),
                    *(f"{one.insured_since:%Y/%m/%d}", one.bank, one.bank_account),
                )
                for one in world.people
            ),
        )
        for birth in world.births:
            if birth.settlement_number:
                diagnosis = "剖宫产分娩" if birth.mode == "caesarean" else "头位顺产"
                db.execute(
                    "insert into setl values (?, ?, ?, ?, ?, null)",
                    (
                        *(birth.settlement_number, world.people[birth.mother].id_number, diagnosis),
                        *(
                            f"{Decimal(birth.total_cents) / 100:.2f}",
                            f"{Decimal(birth.fund_cents) / 100:.2f}",
                        ),
                    ),
                )

    def lookups(self) -> tuple[Lookup, ...]:
        return (
            Lookup("psninfo", "POST", "/ybfw/services/psninfo", self._person),
            Lookup("matnsetl", "POST", "/ybfw/services/matnsetl", self._settlement),
        )

    def _person(self, db: Connection, asked: Asked) -> Answer:
        row = db.execute("select * from insu where certno = ?", (_certno(asked),)).fetchone()
        if row is None:
            return _response("-101", "未查询到参保人", None)
        account = {"acct_name": row["psn_name"], "bank_code": row["acct_bank"], "acct_no": row["acct_no"]}
        insured = {
            "psn_no": row["psn_no"],
            "insutype": row["insutype"],
            "insuplc_admdvs": row["admdvs"],
            "begndate": row["begndate"],
        }
        if row["insutype"] == "000":
            insured = {"insutype": "000"}
        return _response("0", "success", {"psn": {"certno": row["certno"], **insured, "acct": account}})

    def _settlement(self, db: Connection, asked: Asked) -> Answer:
        row = db.execute("select * from setl where certno = ?", (_certno(asked),)).fetchone()
        if row is None:
            return _response("-101", "未查询到结算信息", None)
        names = ("setl_id", "dise_name", "medfee", "fund_pay")
        return _response("0", "success", {"psn": {"matn": {name: row[name] for name in names}}})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        answer = _response(f"-{code}", text, None)
        return Answer(status, answer.content_type, answer.body)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = _xml.read(asked, "ybRequest", NAMESPACE)
        head, data = body.get("head") or {}, body.get("input") or {}
        if not isinstance(head, dict) or not isinstance(data, dict):
            raise Unreadable("head 和 input 为元素")
        for name in ("msgid", "biz_sn", "item_code")[: 3 if kind == "submit" else 2]:
            if not head.get(name):
                raise Unreadable(f"head/{name}")
        files = body.get("files") or {}
        listed = _xml.many(files.get("file")) if isinstance(files, dict) else []
        return Taken(
            message_id=head["msgid"],
            dispatch_id=head["biz_sn"],
            item=head.get("item_code", ""),
            fields=data,
            materials=tuple(str(one.get("file_type")) for one in listed if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return _response("0", "success", {"accept_no": number})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        if matter.item == EMPLOYER:
            return self._employer(db, matter.fields)
        mother = matter.fields.get("mother") or {}
        row = db.execute("select * from insu where certno = ?", (mother.get("certno"),)).fetchone()
        if row is None or row["psn_name"] != mother.get("psn_name"):
            return correction(_wrong("mother.psn_name", "姓名和身份证号码对不上。"))
        if matter.item == JOIN:
            return self._join(db, matter.fields, today)
        return self._pay(db, mother, row)

    def _pay(self, db: Connection, mother: dict[str, Any], row: Any) -> Decision:
        """生育医疗待遇: what the fund has not paid yet, up to the ceiling of her kind of insurance."""
        if row["insutype"] == "000":
            return rejected("SY01", "没有参加医疗保险，不能享受生育医疗待遇。", "《社会保险法》第五十四条")
        matn = mother.get("matn") or {}
        total, fund = _yuan(matn.get("medfee")), _yuan(matn.get("fund_pay"))
        if total is None or fund is None:
            return correction(_wrong("mother.matn.medfee", "费用金额不是有效的数。"))
        setl = db.execute("select * from setl where certno = ?", (row["certno"],)).fetchone()
        settled = setl is not None and setl["setl_id"] == matn.get("setl_id")
        if settled and total != _yuan(setl["medfee"]):
            return correction(_wrong("mother.matn.medfee", "总费用和医院结算单不一致。"))
        account = mother.get("acct") or {}
        if account.get("acct_name") not in {None, "", row["psn_name"]}:
            return correction(_wrong("mother.acct.acct_name", "收款账户不是本人的。"))
        if settled and setl["paid"] is not None:
            return rejected("SY02", "这笔费用已经支付过。", "《社会保险法》第五十四条")
        if settled:
            fund = _yuan(setl["fund_pay"]) or fund
        paid = max(min((total - fund) * Decimal("0.7"), CEILING[row["insutype"]]), Decimal(0))
        paid = paid.quantize(CENT, ROUND_HALF_UP)
        db.execute("update setl set paid = ? where certno = ?", (str(paid), row["certno"]))
        return approved({"mother": {"matn": {"pay_amt": str(paid)}}})

    def _join(self, db: Connection, data: dict[str, Any], today: date) -> Decision:
        child = data.get("child") or {}
        number = str(child.get("certno") or "")
        if len(number) != 18 or number[6:14] != str(child.get("brdy", "")).replace("/", ""):  # noqa: PLR2004, GB 11643
            return correction(_wrong("child.brdy", "出生日期和公民身份号码对不上。"))
        if db.execute("select 1 from insu where certno = ?", (number,)).fetchone():
            return rejected("CB02", "已经参保，不用重复登记。", "《城乡居民基本医疗保险办法》")
        psn_no = f"4301{9000000000 + next_serial(db, 'psn'):010d}"
        # A newborn who joins within 90 days is covered from birth.
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        starts = born if today - born <= timedelta(days=90) else today
        db.execute(
            "insert into insu values (?, ?, ?, '390', '430100', ?, '', '')",
            (number, str(child.get("psn_name")), psn_no, f"{starts:%Y/%m/%d}"),
        )
        paper = Paper(code="YBDZPZ", number=psn_no, issued_on=today)
        return approved({"child": {"psn_no": psn_no, "cover_date": f"{starts:%Y/%m/%d}"}}, paper)

    def _employer(self, db: Connection, data: dict[str, Any]) -> Decision:
        unit = data.get("unit") or {}
        code = str(unit.get("uscc") or "")
        if len(code) != 18:  # noqa: PLR2004, GB 32100
            return correction(_wrong("unit.uscc", "统一社会信用代码不是十八位。"))
        if db.execute("select 1 from unit where uscc = ?", (code,)).fetchone():
            return rejected("DW02", "这家单位已经办过医疗保险登记。", "《社会保险法》第五十七条")
        number = f"YB4301{next_serial(db, 'unit'):06d}"
        db.execute("insert into unit values (?, ?)", (number, code))
        return approved({"unit": {"unit_no": number}})

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        kinds = {"accepted": "10", "correction": "20", "approved": "30", "rejected": "40"}
        decision = reply.decision
        content: dict[str, Any] = {
            "head": {
                "msgid": reply.reply_id,
                "biz_sn": reply.dispatch_id,
                "accept_no": reply.receipt,
                "stas": kinds[reply.kind],
                "opt_time": f"{reply.at.astimezone(CHINA):%Y/%m/%d %H:%M:%S}",
            },
            "output": decision.result,
        }
        for name, entries in (
            (
                "cert",
                [
                    {"type": one.code, "no": one.number, "date": f"{one.issued_on:%Y/%m/%d}"}
                    for one in decision.papers
                ],
            ),
            (
                "fault",
                [
                    {"fld": one.field, "dscr": one.what, "cause": one.why, "remedy": one.how, "law": one.law}
                    for one in decision.flaws
                ],
            ),
            ("reason", [{"code": one.code, "dscr": one.text, "law": one.law} for one in decision.grounds]),
        ):
            if entries:
                content[f"{name}s"] = {name: entries}
        return "application/xml", _xml.write(_xml.element("ybCallback", content, xmlns=NAMESPACE))

    def document(self, world: World) -> dict[str, Any]:
        mother = world.people[PERSONAS["mother"]]
        who = {"certno": mother.id_number, "psn_name": mother.name}

        def told(msgid: str, **parts: Any) -> str:
            head = {"msgid": msgid, "biz_sn": "EXAMPLE-1", "item_code": PAYMENT}
            return _xml.write(_request({"head": head, **parts})).decode()

        query = _xml.write(_request({"input": {"certno": mother.id_number}})).decode()
        good = _response("0", "success", {"accept_no": "ME20261123000001"}).body.decode()
        bodies: dict[str, tuple[str, str]] = {
            "/ybfw/services/psninfo": ("参保信息查询", query),
            "/ybfw/services/matnsetl": ("生育结算信息查询", query),
            self.paths["submit"]: ("经办业务申请", told("EXAMPLE-1", input={"mother": who})),
            self.paths["supplement"]: ("补充材料", told("EXAMPLE-2", input={"mother": who})),
            self.paths["withdraw"]: ("撤销申请", told("EXAMPLE-3")),
        }
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path=path,
                    name=path.rpartition("/")[2],
                    summary=summary,
                    content_type="application/xml",
                    request=body,
                    answer_type="application/xml",
                    answer=good,
                )
                for path, (summary, body) in bodies.items()
            ],
        )


def _request(content: dict[str, Any]) -> ET.Element:
    return _xml.element("ybRequest", content, xmlns=NAMESPACE)


def _response(code: str, text: str, output: dict[str, Any] | None) -> Answer:
    content = {"infcode": code, "err_msg": text} | ({} if output is None else {"output": output})
    return _xml.answer(_xml.element("ybResponse", content, xmlns=NAMESPACE))


def _certno(asked: Asked) -> str:
    data = _xml.read(asked, "ybRequest", NAMESPACE).get("input")
    if not isinstance(data, dict) or not isinstance(data.get("certno"), str):
        raise Unreadable("input/certno")
    return str(data["certno"])


def _yuan(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text)).quantize(CENT)
    except InvalidOperation:
        return None


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="待遇要按参保和结算信息核定。",
        how="请核对票据或账户后重新填写。",
        law="《社会保险法》第五十四条",
    )
