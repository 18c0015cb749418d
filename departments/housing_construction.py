"""住建: contracts of new homes and the maintenance fund; Header and Payload, PascalCase, epoch seconds.

Amounts of a deal are in 万元 (ten thousand yuan), yes and no are words, and a search that finds nothing says
``EMPTY`` in its header.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
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
from departments.population_new_homes import new_homes

CHINA: Final = ZoneInfo("Asia/Shanghai")
FILING, DEPOSIT = "CONTRACT_FILING", "FUND_DEPOSIT"
LIFT_FROM: Final = 7
"""A building of more floors than six has a lift."""
RATES: Final = {True: Decimal(90), False: Decimal(60)}
"""Yuan per square metre in this synthetic city, with and without a lift."""


class HousingConstruction(Department):
    """The housing bureau."""

    code = "housing_construction"
    title = "房屋交易与维修资金平台"
    schema = """
        create table reservation (no text primary key, cert_no text not null, full_name text not null,
            org_name text not null, org_code text not null, kind text not null, permit text not null,
            unit_no text not null unique, location text not null, district text not null, area text not null,
            price integer not null, floor integer not null, floors integer not null, gas text not null,
            frozen text not null, handover integer not null);
        create table contract (no text primary key, unit_no text not null unique, cert_no text not null);
        create table fund (receipt text primary key, contract text not null unique, amount text not null)
    """
    tables = ("reservation", "contract", "fund")
    items: ClassVar = {FILING: "new_home_contract_filing", DEPOSIT: "maintenance_fund_payment"}
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/estate/v2/matters:submit",
        "supplement": "/estate/v2/matters:amend",
        "withdraw": "/estate/v2/matters:cancel",
    }

    def seed(self, db: Connection, world: World) -> None:
        for one in new_homes(world):
            buyer, firm = world.people[one.buyer], world.companies[one.developer]
            db.execute(
                f"insert into reservation values ({', '.join('?' * 17)})",  # noqa: S608, only question marks
                (
                    *(one.reservation, buyer.id_number, buyer.name, firm.name, firm.credit_code),
                    *("Existing" if one.completed else "Presale", one.permit, one.unit_number, one.address),
                    *(one.region, f"{one.square_metres:.2f}", one.price, one.floor, one.floors),
                    *("yes" if one.gas else "no", "yes" if one.sealed else "no", _second(one.handover_on)),
                ),
            )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("reservations", "POST", "/estate/v2/reservations:find", self._reservation),)

    def _reservation(self, db: Connection, asked: Asked) -> Answer:
        told = asked.json().get("Payload")
        if not isinstance(told, dict):
            raise Unreadable("Payload")
        row = db.execute(
            "select * from reservation where no = ? and cert_no = ?",
            (str(told.get("ReservationNo", "")).strip().upper(), told.get("CertNo")),
        ).fetchone()
        if row is None:
            return Answer.json({"Header": {"Status": "EMPTY"}, "Payload": None})
        unit = {
            "SaleKind": row["kind"],
            **({"PresalePermitNo": row["permit"]} if row["permit"] else {}),
            "UnitNo": row["unit_no"],
            "Location": row["location"],
            "DistrictCode": row["district"],
            "GrossArea": row["area"],
            "Purpose": "Residential",
            "FloorNo": str(row["floor"]),
            "FloorCount": str(row["floors"]),
            "PipedGas": row["gas"],
            "Frozen": row["frozen"],
        }
        deal = {"PriceWan": _wan(row["price"]), "HandoverAt": row["handover"]}
        firm = {"OrgName": row["org_name"], "OrgCode": row["org_code"]}
        found = {"Developer": firm, "Unit": unit, "Deal": deal}
        return Answer.json({"Header": {"Status": "OK"}, "Payload": found})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"Header": {"Status": code, "Text": text}}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        head, data, files = body.get("Header"), body.get("Payload") or {}, body.get("Files") or []
        if not isinstance(head, dict) or not isinstance(data, dict) or not isinstance(files, list):
            raise Unreadable("Header, Payload, Files")
        for name in ("MessageNo", "MatterNo", "Service")[: 3 if kind == "submit" else 2]:
            if not isinstance(head.get(name), str) or not head[name]:
                raise Unreadable(f"Header.{name}")
        return Taken(
            message_id=head["MessageNo"],
            dispatch_id=head["MatterNo"],
            item=head.get("Service", ""),
            fields=data,
            materials=tuple(str(one.get("Kind")) for one in files if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"Header": {"Status": "OK", "ReceiptNo": number}})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        data = matter.fields
        buyer, unit, deal = data.get("Buyer") or {}, data.get("Unit") or {}, data.get("Deal") or {}
        row = db.execute("select * from reservation where unit_no = ?", (unit.get("UnitNo"),)).fetchone()
        if row is None:
            return correction(_wrong("Unit.UnitNo", "楼盘表里没有这套房子。"))
        if row["cert_no"] != buyer.get("CertNo"):
            return rejected("FC03", "认购这套房子的不是申请人。", "《城市商品房预售管理办法》第十条")
        if row["full_name"] != buyer.get("FullName"):
            return correction(_wrong("Buyer.FullName", "姓名和认购书上的不一致。"))
        if matter.item == FILING:
            return self._file(db, row, deal, today)
        return self._deposit(db, row, deal, today)

    def _file(self, db: Connection, row: Row, deal: dict[str, Any], today: date) -> Decision:
        if str(deal.get("PriceWan")) != _wan(row["price"]):
            return correction(_wrong("Deal.PriceWan", "成交价和开发商申报的不一致。"))
        if row["frozen"] == "yes":
            return rejected("FC05", "房屋已被查封，不能签约备案。", "《城市房地产管理法》第三十八条")
        if row["kind"] == "Presale" and not row["permit"]:
            return rejected("FC06", "楼盘没有取得预售许可证。", "《城市商品房预售管理办法》第六条")
        if db.execute("select 1 from contract where unit_no = ?", (row["unit_no"],)).fetchone():
            return rejected("FC02", "这套房子已经备案过合同。", "《城市商品房预售管理办法》第十条")
        number = f"{row['district']}XF{today:%Y%m%d}{next_serial(db, 'contract'):05d}"
        db.execute("insert into contract values (?, ?, ?)", (number, row["unit_no"], row["cert_no"]))
        return approved(
            {"Deal": {"ContractNo": number}}, Paper(code="CONTRACT", number=number, issued_on=today)
        )

    def _deposit(self, db: Connection, row: Row, deal: dict[str, Any], today: date) -> Decision:
        contract = str(deal.get("ContractNo") or "")
        known = db.execute("select unit_no from contract where no = ?", (contract,)).fetchone()
        if known is None or known["unit_no"] != row["unit_no"]:
            return correction(_wrong("Deal.ContractNo", "备案合同号和这套房子对不上。"))
        if db.execute("select 1 from fund where contract = ?", (contract,)).fetchone():
            return rejected("WX02", "这套房子已经缴过首期维修资金。", "《住宅专项维修资金管理办法》第十二条")
        due = Decimal(row["area"]) * RATES[row["floors"] >= LIFT_FROM]
        amount = str(due.quantize(Decimal("0.01"), ROUND_HALF_UP))
        number = f"WX{today:%Y}{next_serial(db, 'fund'):08d}"
        db.execute("insert into fund values (?, ?, ?)", (number, contract, amount))
        paper = Paper(code="FUND_RECEIPT", number=number, issued_on=today)
        return approved({"Deal": {"Fund": {"Amount": amount, "ReceiptNo": number}}}, paper)

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        states = {
            "accepted": "Accepted",
            "correction": "Returned",
            "approved": "Granted",
            "rejected": "Refused",
        }
        decision = reply.decision
        body = {
            "Header": {
                "MessageNo": reply.reply_id,
                "MatterNo": reply.dispatch_id,
                "ReceiptNo": reply.receipt,
                "State": states[reply.kind],
                "SentAt": int(reply.at.timestamp()),
            },
            "Payload": decision.result,
            "Papers": [
                {"Kind": one.code, "No": one.number, "IssuedAt": _second(one.issued_on)}
                for one in decision.papers
            ],
            "Faults": [
                {
                    "Place": one.field,
                    "Problem": one.what,
                    "Cause": one.why,
                    "Remedy": one.how,
                    "Basis": one.law,
                }
                for one in decision.flaws
            ],
            "Grounds": [{"Code": one.code, "Text": one.text, "Basis": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        home = new_homes(world)[0]
        buyer = world.people[home.buyer]
        data = {
            "Buyer": {"CertNo": buyer.id_number, "FullName": buyer.name},
            "Unit": {"UnitNo": home.unit_number, "GrossArea": f"{home.square_metres:.2f}"},
            "Deal": {"ReservationNo": home.reservation, "PriceWan": _wan(home.price)},
        }
        head = {"MessageNo": "EXAMPLE-1", "MatterNo": "EXAMPLE-1", "Service": FILING}
        good = {"Header": {"Status": "OK", "ReceiptNo": "HC20261123000001"}}
        bodies: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
            "find": (
                "/estate/v2/reservations:find",
                "认购信息查询",
                {"Payload": {"ReservationNo": home.reservation, "CertNo": buyer.id_number}},
                {"Header": {"Status": "OK"}, "Payload": {"Unit": {"UnitNo": home.unit_number}}},
            ),
            "submit": (self.paths["submit"], "业务申请", {"Header": head, "Payload": data}, good),
            "supplement": (
                self.paths["supplement"],
                "业务补正",
                {"Header": {**head, "MessageNo": "EXAMPLE-2"}, "Payload": data},
                good,
            ),
            "withdraw": (
                self.paths["withdraw"],
                "业务撤回",
                {"Header": {**head, "MessageNo": "EXAMPLE-3"}},
                good,
            ),
        }
        return document(
            self.title,
            self.code,
            [
                Described(method="POST", path=path, name=name, summary=summary, request=body, answer=answer)
                for name, (path, summary, body, answer) in bodies.items()
            ],
        )


def _wan(yuan: int) -> str:
    """Yuan as 万元, without idle zeros."""
    return format((Decimal(yuan) / 10_000).normalize(), "f")


def _second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp())


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="备案要和楼盘表、认购书一致。",
        how="请和开发商核对后重新填写。",
        law="《城市商品房预售管理办法》第十条",
    )
