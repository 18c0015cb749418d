"""市监: companies and food permits; deep nesting, every code with its label, dates as ``2026.11.20``, Y/N."""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from departments import (
    market_regulation_businesses,
    market_regulation_checks,
    market_regulation_closing,
    market_regulation_credit,
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
from departments.population import PERSONAS, World, credit_code

CHINA: Final = ZoneInfo("Asia/Shanghai")
ESTABLISH, FOOD = "ENT-ESTABLISH", "FOOD-PERMIT"
KINDS: Final = {
    "1130": "有限责任公司（自然人独资）",
    "1140": "有限责任公司（法人独资）",
    "1150": "有限责任公司（自然人投资或控股）",
    "1190": "其他有限责任公司",
}
STATUS: Final = {"active": ("1", "存续"), "suspended": ("4", "歇业"), "deregistered": ("3", "注销")}


class MarketRegulation(Department):
    """The market regulation administration."""

    code = "market_regulation"
    title = "市场主体登记系统"
    schema = """
        create table enterprise (uscc text primary key, name text not null unique, kind text not null,
            region text not null, address text not null, capital integer not null, founded text not null,
            status text not null, representative text not null);
        create table officer (id_no text primary key, full_name text not null, banned integer not null);
        create table food_permit (permit_no text primary key, uscc text not null unique)
    """
    tables = ("enterprise", "officer", "food_permit")
    desks = (
        market_regulation_closing.DESK,
        market_regulation_credit.DESK,
        market_regulation_businesses.DESK,
        market_regulation_checks.DESK,
    )
    items: ClassVar = {ESTABLISH: "company_registration", FOOD: "food_business_permit"}
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/openapi/v1/dossiers",
        "supplement": "/openapi/v1/dossiers/amendments",
        "withdraw": "/openapi/v1/dossiers/cancellations",
    }

    def seed(self, db: Connection, world: World) -> None:
        parts = set(PERSONAS.values())
        db.executemany(
            "insert into enterprise values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(one.credit_code, one.name, one.kind, one.region, one.address, one.capital),
                    *(f"{one.registered_on:%Y.%m.%d}", one.status),
                    world.people[one.representative].id_number,
                )
                for one in world.companies
            ),
        )
        db.executemany(
            "insert into officer values (?, ?, ?)",
            (
                (one.id_number, one.name, at not in parts and at % 151 == 0)
                for at, one in enumerate(world.people)
            ),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (
            Lookup("enterprise", "GET", "/openapi/v1/enterprises/{uscc}", self._enterprise),
            Lookup("name_check", "POST", "/openapi/v1/names/check", self._name),
            Lookup("officer", "POST", "/openapi/v1/officers/query", self._officer),
        )

    def _enterprise(self, db: Connection, asked: Asked) -> Answer:
        row = db.execute("select * from enterprise where uscc = ?", (asked.path["uscc"],)).fetchone()
        if row is None:
            return _result("NOT_FOUND", "未找到", None)
        status = STATUS[row["status"]]
        entity = {
            "identity": {"uscc": {"value": row["uscc"]}, "name": {"value": row["name"]}},
            "kind": {"code": row["kind"], "label": KINDS.get(row["kind"], "其他")},
            "status": {"code": status[0], "label": status[1]},
            "premises": {
                "address": {"value": row["address"]},
                "region": {"code": row["region"], "label": ""},
            },
            "capital": {
                "registered": {"amount": row["capital"], "currency": {"code": "156", "label": "人民币"}}
            },
            "timeline": {"founded": row["founded"]},
        }
        return _result("OK", "成功", {"entity": {"enterprise": entity}})

    def _name(self, db: Connection, asked: Asked) -> Answer:
        name = asked.json().get("criteria", {}).get("name", {}).get("value")
        if not isinstance(name, str):
            raise Unreadable("criteria.name.value")
        taken = db.execute("select 1 from enterprise where name = ?", (name.strip(),)).fetchone()
        identity = {"name": {"value": name, "available": "N" if taken else "Y"}}
        return _result("OK", "成功", {"entity": {"enterprise": {"identity": identity}}})

    def _officer(self, db: Connection, asked: Asked) -> Answer:
        number = asked.json().get("criteria", {}).get("idNumber", {}).get("value")
        if not isinstance(number, str):
            raise Unreadable("criteria.idNumber.value")
        row = db.execute("select banned from officer where id_no = ?", (number,)).fetchone()
        if row is None:
            return _result("NOT_FOUND", "未找到", None)
        return _result(
            "OK", "成功", {"entity": {"person": {"restriction": {"banned": "Y" if row[0] else "N"}}}}
        )

    def refusal(self, status: int, code: str, text: str) -> Answer:
        answer = _result(code, text, None)
        return Answer(status, answer.content_type, answer.body)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        head, dossier = body.get("header") or {}, body.get("dossier") or {}
        if not isinstance(head, dict) or not isinstance(dossier, dict):
            raise Unreadable("header, dossier")
        told = {
            "message": (head.get("message") or {}).get("id"),
            "matter": (head.get("matter") or {}).get("flowId"),
            "service": ((head.get("matter") or {}).get("service") or {}).get("code"),
        }
        for name in ("message", "matter", "service")[: 3 if kind == "submit" else 2]:
            if not isinstance(told[name], str) or not told[name]:
                raise Unreadable(f"header.{name}")
        documents = dossier.get("documents") or []
        return Taken(
            message_id=str(told["message"]),
            dispatch_id=str(told["matter"]),
            item=str(told["service"] or ""),
            fields=dossier.get("content") or {},
            materials=tuple(str(one.get("kind")) for one in documents if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return _result("OK", "已受理", {"acceptance": {"number": {"value": number}}})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        content = matter.fields
        person = (content.get("legalRepresentative") or {}).get("identity") or {}
        number, name = _value(person.get("idNumber")), _value(person.get("name"))
        row = db.execute("select * from officer where id_no = ?", (number,)).fetchone()
        if row is None or row["full_name"] != name:
            field = "legalRepresentative.identity.name.value"
            return correction(_wrong(field, "法定代表人姓名和身份证号码对不上。"))
        firm = content.get("enterprise") or {}
        if matter.item == FOOD:
            return self._food(db, firm, today)
        if row["banned"]:
            return rejected("SJ07", "法定代表人在任职限制期内。", "《公司法》第一百七十八条")
        return self._establish(db, firm, number, today)

    def _establish(self, db: Connection, firm: dict[str, Any], number: str, today: date) -> Decision:
        name = _value((firm.get("identity") or {}).get("name"))
        if db.execute("select 1 from enterprise where name = ?", (name,)).fetchone() or not name:
            field = "enterprise.identity.name.value"
            return correction(_wrong(field, "这个名称已经有公司在用，请换一个。"))
        capital = ((firm.get("capital") or {}).get("registered") or {}).get("amount")
        if not isinstance(capital, int | float) or capital <= 0:
            return correction(_wrong("enterprise.capital.registered.amount", "注册资本不是有效的金额。"))
        premises = firm.get("premises") or {}
        region = str((premises.get("region") or {}).get("code") or "430100")
        code = credit_code(region, 1000 + next_serial(db, "uscc") % 9000)
        db.execute(
            "insert into enterprise values (?, ?, ?, ?, ?, ?, ?, 'active', ?)",
            (
                *(code, name, str((firm.get("kind") or {}).get("code") or "1190"), region),
                *(_value(premises.get("address")), int(capital), f"{today:%Y.%m.%d}", number),
            ),
        )
        result = {"identity": {"uscc": {"value": code}}, "timeline": {"founded": f"{today:%Y.%m.%d}"}}
        return approved({"enterprise": result}, Paper(code="LICENSE", number=code, issued_on=today))

    def _food(self, db: Connection, firm: dict[str, Any], today: date) -> Decision:
        code = _value((firm.get("identity") or {}).get("uscc"))
        row = db.execute("select 1 from enterprise where uscc = ?", (code,)).fetchone()
        if row is None:
            return correction(_wrong("enterprise.identity.uscc.value", "没有这家企业的登记。"))
        if db.execute("select 1 from food_permit where uscc = ?", (code,)).fetchone():
            return rejected("SP02", "已经有有效的食品经营许可证。", "《食品经营许可和备案管理办法》")
        number = f"JY24301{next_serial(db, 'food'):08d}"
        db.execute("insert into food_permit values (?, ?)", (number, code))
        # A permit is valid for five years, to the day before (Food Business Licensing Measures).
        until = date(today.year + 5, today.month, min(today.day, 28))
        paper = Paper(code="FOOD", number=number, issued_on=today, valid_until=until)
        return approved({"enterprise": {"permits": {"food": {"number": {"value": number}}}}}, paper)

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        kinds = {
            "accepted": ("A", "已受理"),
            "correction": ("C", "待补正"),
            "approved": ("D", "已办结"),
            "rejected": ("R", "不予许可"),
        }
        decision, kind = reply.decision, kinds[reply.kind]
        notice: dict[str, Any] = {
            "id": reply.reply_id,
            "matter": {"flowId": reply.dispatch_id, "acceptance": {"number": {"value": reply.receipt}}},
            "state": {"code": kind[0], "label": kind[1]},
            "time": f"{reply.at.astimezone(CHINA):%Y.%m.%d %H:%M:%S}",
        }
        if decision.result:
            notice["content"] = decision.result
        notice["licenses"] = [
            {
                "kind": {"code": one.code, "label": ""},
                "number": {"value": one.number},
                "issued": f"{one.issued_on:%Y.%m.%d}",
                **({"until": f"{one.valid_until:%Y.%m.%d}"} if one.valid_until else {}),
            }
            for one in decision.papers
        ]
        notice["defects"] = [
            {
                "at": {"path": one.field},
                "text": {"what": one.what, "why": one.why, "how": one.how},
                "basis": one.law,
            }
            for one in decision.flaws
        ]
        notice["grounds"] = [
            {"ground": {"code": one.code, "label": one.text}, "basis": one.law} for one in decision.grounds
        ]
        return "application/json", json.dumps({"notice": notice}, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        founder, firm = world.people[PERSONAS["founder"]], world.companies[0]

        def head(message: str) -> dict[str, Any]:
            return {
                "message": {"id": message},
                "matter": {"flowId": "EXAMPLE-1", "service": {"code": ESTABLISH, "label": "设立登记"}},
            }

        content = {
            "enterprise": {
                "identity": {"name": {"value": "长沙示范样例商贸有限公司"}},
                "kind": {"code": "1130", "label": KINDS["1130"]},
                "capital": {"registered": {"amount": 100000}},
            },
            "legalRepresentative": {
                "identity": {"idNumber": {"value": founder.id_number}, "name": {"value": founder.name}}
            },
        }
        status = {"code": "OK", "label": "成功"}
        good = {"result": {"status": status, "data": {"acceptance": {"number": {"value": "MA1"}}}}}
        found = {"result": {"status": status, "data": {"entity": {"enterprise": {}}}}}
        named = {"criteria": {"name": {"value": "长沙示范样例商贸有限公司"}}}
        person = {"criteria": {"idNumber": {"value": founder.id_number}}}
        posts: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
            ("/openapi/v1/names/check", "名称查重", named, found),
            ("/openapi/v1/officers/query", "任职限制查询", person, found),
            (
                self.paths["submit"],
                "登记申请",
                {"header": head("EXAMPLE-1"), "dossier": {"content": content}},
                good,
            ),
            (
                self.paths["supplement"],
                "补正",
                {"header": head("EXAMPLE-2"), "dossier": {"content": content}},
                good,
            ),
            (self.paths["withdraw"], "撤回", {"header": head("EXAMPLE-3")}, good),
        ]
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="GET",
                    path="/openapi/v1/enterprises/{uscc}",
                    name="enterprise",
                    summary="企业信息查询",
                    path_example={"uscc": firm.credit_code},
                    answer=found,
                ),
                *(
                    Described(
                        method="POST",
                        path=path,
                        name=path.rpartition("v1/")[2].replace("/", "_"),
                        summary=summary,
                        request=body,
                        answer=answer,
                    )
                    for path, summary, body, answer in posts
                ),
            ],
        )


def _result(code: str, label: str, data: dict[str, Any] | None) -> Answer:
    return Answer.json({"result": {"status": {"code": code, "label": label}, "data": data}})


def _value(part: Any) -> str:
    return str(part.get("value") or "") if isinstance(part, dict) else ""


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="登记事项要真实、准确。",
        how="请按营业执照或证件重新填写。",
        law="《市场主体登记管理条例》第十七条",
    )
