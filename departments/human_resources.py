"""人社: social security cards and employers' insurance; requests are forms, answers JSON rows.

Field names are the industry's own codes (``AAC002`` is the social security number, ``AAC003`` the name). A
form key is ``PART.CODE``; nobody found is an empty list of rows.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from departments import (
    human_resources_cards,
    human_resources_employers,
    human_resources_retirement,
    human_resources_survivors,
    human_resources_transfer,
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
from departments.human_resources_work import WORK
from departments.population import PERSONAS, World

CHINA: Final = ZoneInfo("Asia/Shanghai")
CARD, EMPLOYER = "SBK-0101", "SHBX-0201"
FORM = "application/x-www-form-urlencoded"


class HumanResources(Department):
    """The human resources and social security bureau."""

    code = "human_resources"
    title = "人社一体化信息平台"
    schema = """
        create table ac01 (aac002 text primary key, aac003 text not null, aaz500 text, aab004 text,
            aab998 text);
        create table ab01 (aab001 text primary key, aab998 text not null unique, aab004 text not null);
        create table card (aaz500 text primary key, aac002 text not null unique, aae008 text not null)
    """
    tables = ("ac01", "ab01", "card")
    items: ClassVar = {CARD: "social_security_card_newborn", EMPLOYER: "employer_social_insurance"}
    desks = (
        human_resources_employers.DESK,
        human_resources_retirement.DESK,
        human_resources_transfer.DESK,
        WORK,
        human_resources_cards.DESK,
        human_resources_survivors.DESK,
    )
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/rsgw/YW/SBSL",
        "supplement": "/rsgw/YW/SBBZ",
        "withdraw": "/rsgw/YW/SBCX",
    }

    def seed(self, db: Connection, world: World) -> None:
        for one in world.people:
            firm = None if one.employer is None else world.companies[one.employer]
            db.execute(
                "insert into ac01 values (?, ?, ?, ?, ?)",
                (
                    *(one.id_number, one.name, one.card_number),
                    *(firm.name if firm else None, firm.credit_code if firm else None),
                ),
            )
        db.executemany(
            "insert into ab01 values (?, ?, ?)",
            ((f"4301{at:06d}", firm.credit_code, firm.name) for at, firm in enumerate(world.companies)),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("ryxx", "POST", "/rsgw/CX/RYXX", self._person),)

    def _person(self, db: Connection, asked: Asked) -> Answer:
        form = _form(asked)
        row = db.execute("select * from ac01 where aac002 = ?", (form.get("AAC002", ""),)).fetchone()
        rows = []
        if row is not None:
            employed = {
                "AAB052": "1" if row["aab998"] else "0",
                "AAZ502": "1" if row["aaz500"] else "0",
            }
            rows = [{name.upper(): row[name] for name in row.keys() if row[name]} | employed]  # noqa: SIM118, a Row
        return Answer.json({"appcode": "0", "rows": rows, "total": len(rows)})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"appcode": f"-{code}", "msg": text}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        form = _form(asked)
        for name in ("BWBH", "YWLSH", "SXBM")[: 3 if kind == "submit" else 2]:
            if not form.get(name):
                raise Unreadable(name)
        fields = {name[3:]: value for name, value in form.items() if name.startswith("SJ.")}
        return Taken(
            message_id=form["BWBH"],
            dispatch_id=form["YWLSH"],
            item=form.get("SXBM", ""),
            fields=fields,
            materials=tuple(
                value for name, value in form.items() if name.startswith("CL.") and name.endswith(".CLDM")
            ),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"appcode": "0", "rows": [{"SLBH": number}]})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        sj = matter.fields
        if matter.item == EMPLOYER:
            return self._employer(db, sj)
        mother = db.execute("select aac003 from ac01 where aac002 = ?", (sj.get("MQ.AAC002"),)).fetchone()
        if mother is None or mother["aac003"] != sj.get("MQ.AAC003"):
            return correction(_wrong("MQ.AAC002", "监护人的社会保障号码和姓名对不上。"))
        number = sj.get("XSR.AAC002", "")
        if len(number) != 18 or number[6:14] != sj.get("XSR.AAC006", "").replace("-", ""):  # noqa: PLR2004, GB 11643
            return correction(_wrong("XSR.AAC006", "出生日期和公民身份号码对不上。"))
        if db.execute("select 1 from card where aac002 = ?", (number,)).fetchone():
            return rejected("SBK02", "已经有社会保障卡，不能重复申领。", "《社会保障卡管理办法》")
        card = f"B4301{next_serial(db, 'card'):07d}"
        db.execute("insert into card values (?, ?, ?)", (card, number, sj.get("XSR.AAE008", "")))
        return approved({"XSR": {"AAZ500": card}}, Paper(code="SBK", number=card, issued_on=today))

    def _employer(self, db: Connection, sj: dict[str, Any]) -> Decision:
        code, name = sj.get("DW.AAB998", ""), sj.get("DW.AAB004", "")
        if len(code) != 18:  # noqa: PLR2004, GB 32100
            return correction(_wrong("DW.AAB998", "统一社会信用代码不是十八位。"))
        known = db.execute("select aab001 from ab01 where aab998 = ?", (code,)).fetchone()
        if known is not None:
            return rejected("SHBX02", "这家单位已经办过社会保险登记。", "《社会保险法》第五十七条")
        number = f"4301{500000 + next_serial(db, 'unit'):06d}"
        db.execute("insert into ab01 values (?, ?, ?)", (number, code, name))
        return approved({"DW": {"AAB001": number}})

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        kinds = {"accepted": "1", "correction": "2", "approved": "9", "rejected": "8"}
        decision = reply.decision
        body = {
            "HZBH": reply.reply_id,
            "YWLSH": reply.dispatch_id,
            "SLBH": reply.receipt,
            "AAE016": kinds[reply.kind],
            "AAE036": f"{reply.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
            "rows": [decision.result] if decision.result else [],
            "ZZ": [[one.code, one.number, one.issued_on.isoformat()] for one in decision.papers],
            "BZ": [[one.field, one.what, one.why, one.how, one.law] for one in decision.flaws],
            "YY": [[one.code, one.text, one.law] for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        mother = world.people[PERSONAS["mother"]]
        born = world.births[0].born_on
        head = {"BWBH": "EXAMPLE-1", "YWLSH": "EXAMPLE-1", "SXBM": CARD}
        sj = {
            "SJ.MQ.AAC002": mother.id_number,
            "SJ.MQ.AAC003": mother.name,
            "SJ.XSR.AAC006": born.isoformat(),
        }
        bodies: dict[MessageKind, dict[str, str]] = {
            "submit": {**head, **sj},
            "supplement": {**head, **sj, "BWBH": "EXAMPLE-2"},
            "withdraw": {**head, "BWBH": "EXAMPLE-3"},
        }
        row = {"AAC002": mother.id_number, "AAC003": mother.name, "AAZ500": mother.card_number}
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path="/rsgw/CX/RYXX",
                    name="ryxx",
                    summary="人员信息查询",
                    content_type=FORM,
                    request=urlencode({"AAC002": mother.id_number}),
                    answer={"appcode": "0", "rows": [row], "total": 1},
                ),
                *(
                    Described(
                        method="POST",
                        path=self.paths[kind],
                        name=kind,
                        summary="业务申报",
                        content_type=FORM,
                        request=urlencode(body),
                        answer={"appcode": "0", "rows": [{"SLBH": "HU20261123000001"}]},
                    )
                    for kind, body in bodies.items()
                ),
            ],
        )


def _form(asked: Asked) -> dict[str, str]:
    if FORM not in asked.content_type:
        raise Unreadable(FORM)
    try:
        return dict(parse_qsl(asked.body.decode(), strict_parsing=True, keep_blank_values=True))
    except ValueError:
        raise Unreadable("表单编码") from None


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="制卡和参保信息要和人口库一致。",
        how="请核对后重新填写。",
        law="《社会保险法》第五十八条",
    )
