"""发改: the public credit platform; every message is one typed resource with kebab-case attributes.

Dates as ``2026-11-20``, yes and no as ``true`` and ``false``; nobody found is an answer without ``data``.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date
from sqlite3 import Connection, Row
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

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
from departments.population import World
from departments.population_companies import facts, may_be_repaired, reference

CHINA: Final = ZoneInfo("Asia/Shanghai")
REPAIR, UPDATE, COMPLY = "penalty-repair", "publication-update", "compliance-report"
FIELDS: Final = {"market": "01", "food_drug": "02", "safety": "03", "fire": "04", "other": "99"}
REASONS: Final = {"no_report": "A1", "no_notice": "A2", "false_info": "A3", "unreachable": "A4"}
FOUND: Final = "C"
"""The result of a check that found a record."""
LAW: Final = "《失信行为纠正后的信用信息修复管理办法（试行）》"


class DevelopmentReform(Department):
    """The development and reform commission's credit platform."""

    code = "development_reform"
    title = "公共信用信息平台"
    schema = """
        create table credit (uscc text primary key, name text not null, representative text not null,
            penalty_no text, penalty_office text, penalty_field text, penalty_on text,
            repairable integer not null, settled integer not null, abnormal text, serious_since text,
            repaired integer not null default 0);
        create table notice (notice_no text primary key, uscc text not null)
    """
    tables = ("credit", "notice")
    items: ClassVar = {
        REPAIR: "general_penalty_repair",
        UPDATE: "credit_publication_update",
        COMPLY: "compliance_report",
    }
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/credit/v2/repairs",
        "supplement": "/credit/v2/repairs/supplements",
        "withdraw": "/credit/v2/repairs/withdrawals",
    }

    def seed(self, db: Connection, world: World) -> None:
        today = reference(world)
        for at, firm in enumerate(world.companies):
            known = facts(world, at).credit
            one = known.penalty
            db.execute(
                "insert into credit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    *(firm.credit_code, firm.name, world.people[firm.representative].id_number),
                    *(one.number if one else None, one.office if one else None),
                    *(FIELDS[one.field] if one else None, one.imposed_on.isoformat() if one else None),
                    *(bool(one and may_be_repaired(one, today)), bool(one and one.settled)),
                    REASONS.get(known.abnormal_reason),
                    known.serious_since.isoformat() if known.serious_since else None,
                ),
            )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("record", "GET", "/credit/v2/records/{uscc}", self._record),)

    def _record(self, db: Connection, asked: Asked) -> Answer:
        row = db.execute("select * from credit where uscc = ?", (asked.path["uscc"],)).fetchone()
        if row is None:
            return Answer.json({"meta": {"found": 0}})
        firm: dict[str, Any] = {
            "uscc": row["uscc"],
            "abnormal": bool(row["abnormal"]),
            "serious": bool(row["serious_since"]),
            "channel": _channel(row),
        }
        if row["abnormal"]:
            firm["abnormal-reason"] = row["abnormal"]
        if row["serious_since"]:
            firm["serious-since"] = row["serious_since"]
        if row["penalty_no"]:
            firm |= {
                "penalty-no": row["penalty_no"],
                "penalty-office": row["penalty_office"],
                "penalty-field": row["penalty_field"],
                "penalty-on": row["penalty_on"],
                "repairable": bool(row["repairable"]),
                "settled": bool(row["settled"]),
            }
        return Answer.json({"meta": {"found": 1}, "data": {"type": "record", "attributes": {"firm": firm}}})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"errors": [{"code": code, "detail": text}], "meta": {"found": -1}}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        meta, data = body.get("meta"), body.get("data") or {}
        if not isinstance(meta, dict) or not isinstance(data, dict):
            raise Unreadable("meta, data")
        for name in ("message", "flow", "matter")[: 3 if kind == "submit" else 2]:
            if not isinstance(meta.get(name), str) or not meta[name]:
                raise Unreadable(f"meta.{name}")
        files = data.get("documents") or []
        return Taken(
            message_id=meta["message"],
            dispatch_id=meta["flow"],
            item=meta.get("matter", ""),
            fields=data.get("attributes") or {},
            materials=tuple(str(one.get("kind")) for one in files if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"meta": {"found": 1, "receipt": number}})

    def decide(  # noqa: PLR0911, one line per reason
        self, db: Connection, matter: Matter, today: date
    ) -> Decision:
        firm, boss = matter.fields.get("firm") or {}, matter.fields.get("boss") or {}
        row = db.execute("select * from credit where uscc = ?", (firm.get("uscc"),)).fetchone()
        if row is None:
            return correction(_wrong("firm.uscc", "没有这家企业的信用记录。"))
        if row["representative"] != boss.get("id-no"):
            return correction(_wrong("boss.id-no", "这个人不是登记的法定代表人。"))
        if matter.item == UPDATE:
            number = f"XYXF{today.year}{next_serial(db, 'update'):06d}"
            db.execute("insert into notice values (?, ?)", (number, row["uscc"]))
            return approved(
                {"firm": {"update-no": number}}, Paper(code="REPORT", number=number, issued_on=today)
            )
        if matter.item == COMPLY:
            if FOUND in (firm.get("checks") or {}).values():
                return rejected("HG01", "有没有修复的失信记录。", "《湖南省企业合法合规信息核查工作方案》")
            number = f"HFHG{today.year}{next_serial(db, 'comply'):06d}"
            paper = Paper(code="COMPLY", number=number, issued_on=today)
            return approved({"firm": {"compliance-report-no": number}}, paper)
        if row["penalty_no"] != firm.get("penalty-no"):
            return correction(_wrong("firm.penalty-no", "没有这个文号的处罚。"))
        if row["repaired"]:
            return rejected("XF02", "这条处罚信息已经修复。", f"{LAW}结果共享")
        if not row["settled"]:
            return rejected("XF03", "处罚还没有履行完。", f"{LAW}修复条件")
        if not row["repairable"]:
            return rejected("XF04", "最短公示期还没有满。", f"{LAW}最短公示期")
        db.execute("update credit set repaired = 1 where uscc = ?", (row["uscc"],))
        number = f"信修〔{today.year}〕{next_serial(db, 'repair')}号"
        return approved({"firm": {"repair-no": number}}, Paper(code="REPAIR", number=number, issued_on=today))

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        decision = reply.decision
        body = {
            "meta": {
                "message": reply.reply_id,
                "flow": reply.dispatch_id,
                "receipt": reply.receipt,
                "stage": {"accepted": 10, "correction": 20, "approved": 30, "rejected": 40}[reply.kind],
                "at": f"{reply.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
            },
            "data": {"type": "outcome", "attributes": decision.result},
            "included": [
                {"kind": one.code, "number": one.number, "issued": one.issued_on.isoformat()}
                for one in decision.papers
            ],
            "defects": [
                {
                    "at": one.field,
                    "title": one.what,
                    "reason": one.why,
                    "advice": one.how,
                    "law": one.law,
                }
                for one in decision.flaws
            ],
            "errors": [{"code": one.code, "detail": one.text, "law": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        code = world.companies[2].credit_code
        meta = {"message": "EXAMPLE-1", "flow": "EXAMPLE-1", "matter": UPDATE}
        data = {"type": "repair", "attributes": {"firm": {"uscc": code}}}
        done = {"meta": {"found": 1, "receipt": "DE20261123000001"}}
        bodies: dict[MessageKind, dict[str, Any]] = {
            "submit": {"meta": meta, "data": data},
            "supplement": {"meta": {**meta, "message": "EXAMPLE-2"}, "data": data},
            "withdraw": {"meta": {**meta, "message": "EXAMPLE-3"}},
        }
        record = {"type": "record", "attributes": {"firm": {"uscc": code, "abnormal": True}}}
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="GET",
                    path="/credit/v2/records/{uscc}",
                    name="record",
                    summary="公共信用信息查询",
                    path_example={"uscc": code},
                    answer={"meta": {"found": 1}, "data": record},
                ),
                *(
                    Described(
                        method="POST",
                        path=self.paths[kind],
                        name=kind,
                        summary="信用修复",
                        request=body,
                        answer=done,
                    )
                    for kind, body in bodies.items()
                ),
            ],
        )


def _channel(row: Row) -> str:
    """Who may repair the published penalty: nobody when there is none, nobody yet, which office."""
    if not row["penalty_no"] or row["repaired"]:
        return "NONE"
    if not row["repairable"]:
        return "WAIT"
    return "MARKET" if row["penalty_field"] in {FIELDS["market"], FIELDS["food_drug"]} else "CREDIT"


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="要和公共信用记录一致。",
        how="请按处罚决定书和营业执照重新填写。",
        law=f"{LAW}修复条件",
    )
