"""卫健: births, vaccination, parenting guidance; nested camelCase, ISO dates, grams, 404 for nobody."""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date, datetime, timedelta
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from departments import health_childcare, health_death, health_disability, health_family
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
BIRTH_CERT, VACCINE_BOOK, GUIDANCE = "MCH.BIRTH_CERT.FIRST", "IMM.BOOK", "MCH.PARENTING"
SEX: Final = {"1": "M", "2": "F", "0": "U", "9": "N"}
PLACE: Final = {"hospital": "FACILITY", "home": "HOME", "en_route": "IN_TRANSIT", "elsewhere": "OTHER"}
MODE: Final = {"vaginal": "SVD", "assisted": "AVD", "caesarean": "CS", "other": "OTH"}
CONDITION: Final = {"good": 1, "fair": 2, "weak": 3}


class Health(Department):
    """The maternal and child health platform."""

    code = "health"
    title = "Maternal and Child Health Information Platform"
    schema = """
        create table deliveries (record_no text, mother_id_no text primary key, newborn text not null,
            synthetic integer not null default 1);
        create table birth_certificates (serial_no text primary key, mother_id_no text not null,
            birth_date text not null, birth_order integer not null, issue_date text not null,
            unique (mother_id_no, birth_date, birth_order));
        create table women (id_no text primary key, full_name text not null);
        create table child_files (file_no text primary key, kind text not null, mother_id_no text not null)
    """
    tables = ("deliveries", "birth_certificates", "women", "child_files")
    items: ClassVar = {
        BIRTH_CERT: "birth_certificate",
        VACCINE_BOOK: "vaccination_certificate",
        GUIDANCE: "parenting_guidance",
    }
    desks = (health_childcare.DESK, health_death.DESK, health_disability.DESK, health_family.DESK)
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/api/v2/applications",
        "supplement": "/api/v2/supplements",
        "withdraw": "/api/v2/withdrawals",
    }

    def seed(self, db: Connection, world: World) -> None:
        for birth in world.births:
            newborn = {
                "sexCode": SEX[birth.sex],
                "birthDate": birth.born_on.isoformat(),
                "birthTime": birth.born_at,
                "weightGrams": birth.grams,
                "lengthCm": birth.centimetres,
                "gestationalWeeks": birth.weeks,
                "placeType": PLACE[birth.place],
                "deliveryMode": MODE[birth.mode],
                "plurality": birth.plurality,
                "birthOrder": birth.order,
                "conditionLevel": CONDITION[birth.condition],
            }
            if birth.hospital is None:
                continue  # nobody reported a birth at home: there is no hospital record
            newborn |= {
                "recordNo": birth.record_number,
                "facility": {"name": birth.hospital[0], "orgCode": birth.hospital[1]},
                "birthRegion": birth.hospital[2],
                "attendant": birth.attendant,
            }
            mother = world.people[birth.mother]
            db.execute(
                "insert into deliveries values (?, ?, ?, 1)",
                (birth.record_number, mother.id_number, json.dumps(newborn, ensure_ascii=False)),
            )
        db.executemany(
            "insert into women values (?, ?)",
            ((one.id_number, one.name) for one in world.people if one.sex == "2"),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("deliveries", "GET", "/api/v2/deliveries", self._delivery),)

    def _delivery(self, db: Connection, asked: Asked) -> Answer:
        number = asked.query.get("motherIdNo", "")
        row = db.execute("select * from deliveries where mother_id_no = ?", (number,)).fetchone()
        if row is None:
            return self.refusal(404, "NOT_FOUND", "No delivery on record.")
        newborn = json.loads(row["newborn"])
        return Answer.json({"delivery": {"newborn": newborn, "mother": {"identity": {"no": number}}}})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"error": {"code": code, "message": text}}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        payload, attachments = body.get("payload", {}), body.get("attachments", [])
        if not isinstance(payload, dict) or not isinstance(attachments, list):
            raise Unreadable("payload is an object, attachments an array")
        for name in ("messageId", "dispatchId", "serviceCode")[: 3 if kind == "submit" else 2]:
            if not isinstance(body.get(name), str) or not body[name]:
                raise Unreadable(name)
        return Taken(
            message_id=body["messageId"],
            dispatch_id=body["dispatchId"],
            item=body.get("serviceCode", ""),
            fields=payload,
            materials=tuple(str(one.get("docType")) for one in attachments if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"acknowledgement": {"receiptNo": number}}, 201)

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        newborn, mother = matter.fields.get("newborn", {}), matter.fields.get("mother", {})
        number = mother.get("identity", {}).get("no", "")
        known = db.execute("select full_name from women where id_no = ?", (number,)).fetchone()
        if known is None:
            return rejected("MCH-404", "母亲不在妇幼健康管理对象中。", "《母婴保健法》第二十三条")
        if mother.get("fullName") != known["full_name"]:
            return correction(_wrong("mother.fullName", "母亲姓名和身份证件不一致。"))
        born = _day(newborn.get("birthDate"))
        if born is None or born > today:
            return correction(_wrong("newborn.birthDate", "出生日期晚于今天。"))
        if matter.item == BIRTH_CERT:
            return self._certify(db, newborn, number, born, today)
        if matter.item == VACCINE_BOOK:
            file_no = f"JZ{today:%Y}{next_serial(db, 'vaccine'):08d}"
            db.execute("insert into child_files values (?, 'vaccine', ?)", (file_no, number))
            # Hepatitis B: the second dose falls due a month after birth.
            first = max(born + timedelta(days=30), today + timedelta(days=3))
            paper = Paper(code="IMM_BOOK", number=file_no, issued_on=today)
            return approved(
                {"newborn": {"vaccination": {"bookNo": file_no, "firstDate": first.isoformat()}}}, paper
            )
        file_no = f"YE{today:%Y}{next_serial(db, 'guidance'):06d}"
        db.execute("insert into child_files values (?, 'guidance', ?)", (file_no, number))
        return approved({"newborn": {"guidance": {"fileNo": file_no, "adviserPhone": "0731-12320"}}})

    def _certify(
        self, db: Connection, newborn: dict[str, Any], mother: str, born: date, today: date
    ) -> Decision:
        """出生医学证明: what was written must be what the hospital recorded."""
        row = db.execute("select newborn from deliveries where mother_id_no = ?", (mother,)).fetchone()
        if newborn.get("placeType") == "FACILITY":
            if row is None:
                return rejected("MCH-101", "没有这位母亲的住院分娩记录。", "《母婴保健法》第二十三条")
            recorded = json.loads(row["newborn"])
            for name, word in (("sexCode", "性别"), ("birthDate", "出生日期"), ("weightGrams", "出生体重")):
                if name in newborn and newborn[name] != recorded[name]:
                    return correction(_wrong(f"newborn.{name}", f"{word}和医院的分娩记录不一致。"))
        if not newborn.get("fullName"):
            return correction(_wrong("newborn.fullName", "没有填孩子的姓名。"))
        order = int(newborn.get("birthOrder") or 1)
        issued = db.execute(
            "select 1 from birth_certificates where mother_id_no = ? and birth_date = ? and birth_order = ?",
            (mother, born.isoformat(), order),
        ).fetchone()
        if issued:
            return rejected("MCH-201", "这次出生已经签发过出生医学证明。", "《出生医学证明管理办法》")
        number = f"Y43{today:%y}{next_serial(db, 'certificate'):05d}"
        db.execute(
            "insert into birth_certificates values (?, ?, ?, ?, ?)",
            (number, mother, born.isoformat(), order, today.isoformat()),
        )
        certificate = {"serialNo": number, "issueDate": today.isoformat(), "issueType": "FIRST"}
        return approved(
            {"newborn": {"certificate": certificate}},
            Paper(code="BIRTH_CERT", number=number, issued_on=today),
        )

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        kinds = {
            "accepted": "ACCEPTED",
            "correction": "INFO_REQUESTED",
            "approved": "COMPLETED",
            "rejected": "DECLINED",
        }
        decision = reply.decision
        body: dict[str, Any] = {
            "eventId": reply.reply_id,
            "eventType": kinds[reply.kind],
            "occurredAt": f"{reply.at.astimezone(CHINA):%Y-%m-%dT%H:%M:%S}",
            "application": {"dispatchId": reply.dispatch_id, "receiptNo": reply.receipt},
        }
        if reply.kind == "approved":
            body["outcome"] = decision.result
            body["certificates"] = [
                {"docType": one.code, "serialNo": one.number, "issueDate": one.issued_on.isoformat()}
                for one in decision.papers
            ]
        if decision.flaws:
            body["issues"] = [
                {
                    "pointer": one.field,
                    "problem": one.what,
                    "reason": one.why,
                    "remedy": one.how,
                    "basis": one.law,
                }
                for one in decision.flaws
            ]
        if decision.grounds:
            body["reasons"] = [
                {"code": one.code, "message": one.text, "basis": one.law} for one in decision.grounds
            ]
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        mother, birth = world.people[PERSONAS["mother"]], world.births[0]
        newborn = {
            "fullName": f"{mother.name[0]}安",
            "sexCode": SEX[birth.sex],
            "birthDate": birth.born_on.isoformat(),
            "weightGrams": birth.grams,
            "placeType": "FACILITY",
        }
        who = {"fullName": mother.name, "identity": {"no": mother.id_number}}
        head = {"messageId": "EXAMPLE-1", "dispatchId": "EXAMPLE-1", "serviceCode": BIRTH_CERT}
        payload = {"newborn": newborn, "mother": who}
        done = {"acknowledgement": {"receiptNo": "HE20261123000001"}}
        operations = [
            Described(
                method="GET",
                path="/api/v2/deliveries",
                name="deliveries",
                summary="Delivery record of a mother",
                query_example={"motherIdNo": mother.id_number},
                answer={"delivery": {"newborn": newborn, "mother": {"identity": {"no": mother.id_number}}}},
            )
        ]
        bodies: dict[MessageKind, dict[str, Any]] = {
            "submit": {**head, "payload": payload, "attachments": []},
            "supplement": {**head, "messageId": "EXAMPLE-2", "payload": payload, "attachments": []},
            "withdraw": {**head, "messageId": "EXAMPLE-3"},
        }
        for kind, body in bodies.items():
            operations.append(
                Described(
                    method="POST", path=self.paths[kind], name=kind, summary=kind, request=body, answer=done
                )
            )
        return document(self.title, self.code, operations)


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="出生医学证明的内容要和分娩记录、证件一致。",
        how="请核对医院的记录后重新填写。",
        law="《母婴保健法》第二十三条",
    )


def _day(text: Any) -> date | None:
    try:
        return datetime.strptime(str(text), "%Y-%m-%d").replace(tzinfo=CHINA).date()
    except ValueError:
        return None
