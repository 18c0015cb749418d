"""交通: goods transport; JSON-RPC 2.0 on one path, snake_case, dates as ``20-11-2026``, kilograms.

Nobody found is the RPC error -32004.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date, datetime
from decimal import Decimal
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from departments import transport_companies, transport_transit
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
from departments.population import PERSONAS, World

CHINA: Final = ZoneInfo("Asia/Shanghai")
PERMIT: Final = "goods_permit"
KINDS: Final = {
    "light_truck": "H31",
    "medium_truck": "H21",
    "heavy_truck": "H11",
    "tractor": "Q11",
    "van": "H32",
}


class Transport(Department):
    """The road transport administration."""

    code = "transport"
    title = "道路运政管理信息系统"
    schema = """
        create table vehicle (plate text primary key, vin text not null, class text not null,
            payload_kg integer not null, inspected_until text not null, owner text not null);
        create table driver (id_no text primary key, qualification_no text not null,
            valid_until text not null, licence_class text not null);
        create table permit (permit_no text primary key, uscc text not null unique)
    """
    tables = ("vehicle", "driver", "permit")
    desks = (transport_companies.DESK, transport_transit.DESK)
    items: ClassVar = {PERMIT: "road_transport_permit"}
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/rpc/permit.apply",
        "supplement": "/rpc/permit.amend",
        "withdraw": "/rpc/permit.cancel",
    }

    def seed(self, db: Connection, world: World) -> None:
        db.executemany(
            "insert into vehicle values (?, ?, ?, ?, ?, ?)",
            (
                (
                    *(one.plate, one.vin, KINDS[one.kind], int(one.tonnes * Decimal(1000))),
                    *(_day(one.inspected_until), world.companies[one.owner].name),
                )
                for one in world.vehicles
            ),
        )
        db.executemany(
            "insert into driver values (?, ?, ?, 'B2')",
            (
                (world.people[at].id_number, f"4301{at:015d}", _day(date(2029, 1 + at % 12, 1)))
                for at in world.drivers
            ),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (
            Lookup("vehicle.get", "POST", "/rpc/vehicle.get", self._vehicle),
            Lookup("driver.get", "POST", "/rpc/driver.get", self._driver),
        )

    def _vehicle(self, db: Connection, asked: Asked) -> Answer:
        call = _call(asked)
        row = db.execute("select * from vehicle where plate = ?", (call.get("plate"),)).fetchone()
        if row is None:
            return _error(-32004, "no such vehicle")
        return _result({"vehicle": dict(row)})

    def _driver(self, db: Connection, asked: Asked) -> Answer:
        call = _call(asked)
        row = db.execute("select * from driver where id_no = ?", (call.get("id_no"),)).fetchone()
        if row is None:
            return _error(-32004, "no such driver")
        return _result({"driver": dict(row)})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        answer = _error(-32602, f"{code}: {text}")
        return Answer(status, answer.content_type, answer.body)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        params = _call(asked)
        data, files = params.get("application", {}), params.get("attachments", [])
        if not isinstance(data, dict) or not isinstance(files, list):
            raise Unreadable("params.application, params.attachments")
        for name in ("message_id", "flow_no", "service")[: 3 if kind == "submit" else 2]:
            if not isinstance(params.get(name), str) or not params[name]:
                raise Unreadable(f"params.{name}")
        return Taken(
            message_id=params["message_id"],
            dispatch_id=params["flow_no"],
            item=params.get("service", ""),
            fields=data,
            materials=tuple(str(one.get("doc")) for one in files if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return _result({"receipt_no": number})

    def decide(  # noqa: PLR0911, one line per reason
        self, db: Connection, matter: Matter, today: date
    ) -> Decision:
        data = matter.fields
        truck, driver = data.get("vehicle") or {}, data.get("driver") or {}
        known = db.execute("select * from vehicle where plate = ?", (truck.get("plate"),)).fetchone()
        if known is None or known["vin"] != truck.get("vin"):
            return correction(_wrong("vehicle.vin", "车牌号和车辆识别代号对不上。"))
        if _date(known["inspected_until"]) < today:
            return rejected("YZ05", "车辆检验已经过期。", "《道路运输条例》第二十二条")
        person = db.execute("select * from driver where id_no = ?", (driver.get("id_no"),)).fetchone()
        if person is None or person["qualification_no"] != driver.get("qualification_no"):
            return correction(_wrong("driver.qualification_no", "驾驶员的从业资格证号对不上。"))
        if _date(person["valid_until"]) < today:
            return rejected("YZ06", "驾驶员的从业资格已经过期。", "《道路运输条例》第二十三条")
        company = data.get("company") or {}
        if len(str(company.get("uscc") or "")) != 18:  # noqa: PLR2004, GB 32100
            return correction(_wrong("company.uscc", "统一社会信用代码不是十八位。"))
        if db.execute("select 1 from permit where uscc = ?", (company["uscc"],)).fetchone():
            return rejected("YZ02", "已经有道路运输经营许可证。", "《道路运输条例》第二十四条")
        number = f"湘交运管许可长字4301{next_serial(db, 'permit'):08d}号"
        db.execute("insert into permit values (?, ?)", (number, company["uscc"]))
        until = date(today.year + 4, today.month, min(today.day, 28))
        paper = Paper(code="DLYSXK", number=number, issued_on=today, valid_until=until)
        return approved({"company": {"permit_no": number}}, paper)

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        decision = reply.decision
        params = {
            "event_id": reply.reply_id,
            "flow_no": reply.dispatch_id,
            "receipt_no": reply.receipt,
            "status": {"accepted": 1, "correction": 2, "approved": 3, "rejected": 4}[reply.kind],
            "at": f"{reply.at.astimezone(CHINA):%d-%m-%Y %H:%M:%S}",
            "result": decision.result,
            "documents": [
                {
                    "doc": one.code,
                    "no": one.number,
                    "issued": _day(one.issued_on),
                    "expires": _day(one.valid_until) if one.valid_until else None,
                }
                for one in decision.papers
            ],
            "problems": [
                {"field": one.field, "text": one.what, "reason": one.why, "fix": one.how, "law": one.law}
                for one in decision.flaws
            ],
            "refusals": [{"code": one.code, "text": one.text, "law": one.law} for one in decision.grounds],
        }
        call = {"jsonrpc": "2.0", "id": reply.reply_id, "method": "platform.notify", "params": params}
        return "application/json", json.dumps(call, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        truck, driver = world.vehicles[0], world.people[world.drivers[0]]
        founder = world.people[PERSONAS["founder"]]

        def call(**params: Any) -> dict[str, Any]:
            return {"jsonrpc": "2.0", "id": 1, "method": "call", "params": params}

        head = {"flow_no": "EXAMPLE-1", "service": PERMIT}
        data = {
            "company": {"uscc": world.companies[0].credit_code},
            "legal_representative": {"id_no": founder.id_number},
            "vehicle": {"plate": truck.plate, "vin": truck.vin},
            "driver": {"id_no": driver.id_number},
        }
        found = {"jsonrpc": "2.0", "id": 1, "result": {"vehicle": {"plate": truck.plate}}}
        done = {"jsonrpc": "2.0", "id": 1, "result": {"receipt_no": "TR20261123000001"}}
        bodies: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
            "/rpc/vehicle.get": ("车辆查询", call(plate=truck.plate), found),
            "/rpc/driver.get": (
                "从业资格查询",
                call(id_no=driver.id_number),
                {"jsonrpc": "2.0", "id": 1, "result": {"driver": {"id_no": driver.id_number}}},
            ),
            self.paths["submit"]: ("许可申请", call(**head, message_id="EXAMPLE-1", application=data), done),
            self.paths["supplement"]: ("补正", call(**head, message_id="EXAMPLE-2", application=data), done),
            self.paths["withdraw"]: ("撤回", call(**head, message_id="EXAMPLE-3"), done),
        }
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path=path,
                    name=path.rpartition("/")[2].replace(".", "_"),
                    summary=summary,
                    request=body,
                    answer=answer,
                )
                for path, (summary, body, answer) in bodies.items()
            ],
        )


def _call(asked: Asked) -> dict[str, Any]:
    call = asked.json()
    params = call.get("params")
    if call.get("jsonrpc") != "2.0" or not isinstance(params, dict):
        raise Unreadable("JSON-RPC 2.0 with named params")
    return params


def _result(content: dict[str, Any]) -> Answer:
    return Answer.json({"jsonrpc": "2.0", "id": 1, "result": content})


def _error(code: int, text: str) -> Answer:
    return Answer.json({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": text}})


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _date(text: str) -> date:
    return datetime.strptime(text, "%d-%m-%Y").replace(tzinfo=CHINA).date()


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="许可信息要和车辆、从业人员登记一致。",
        how="请核对行驶证和从业资格证后重新填写。",
        law="《道路运输条例》第二十一条",
    )
