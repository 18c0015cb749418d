"""水电气网: one system for four companies; JSON in capitals, seconds since 1970, watts, words for yes and no.

A request that cannot be served says ``RESULT.CODE`` 4; amounts of gas and water are whole litres.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date
from sqlite3 import Connection
from typing import Any, ClassVar, Final

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
    Taken,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described, document
from departments._store import next_serial
from departments.population import World
from departments.population_companies import facts

SURVEY, WATER, POWER, GAS, NETWORK = "U0-SURVEY", "U1-WATER", "U2-POWER", "U3-GAS", "U4-NET"
LOW_VOLTAGE_W: Final = 160_000
"""Up to this load a business is connected at 380 V without a station of its own."""
SINGLE_PHASE_W: Final = 12_000
LAWS: Final = {
    WATER: "《城市供水条例》",
    POWER: "《电力供应与使用条例》第二十三条",
    GAS: "《城镇燃气管理条例》",
    NETWORK: "《电信条例》",
}


class Utilities(Department):
    """Water, power, gas and networks behind one counter."""

    code = "utilities"
    title = "市政公用服务联合报装平台"
    schema = """
        create table network (permit_no text primary key, gas_main integer not null);
        create table survey (survey_no text primary key, permit_no text not null, digs integer not null);
        create table connection (permit_no text not null, service text not null, account_no text not null,
            primary key (permit_no, service))
    """
    tables = ("network", "survey", "connection")
    items: ClassVar = {
        SURVEY: "utilities_survey",
        WATER: "water_connection",
        POWER: "power_connection",
        GAS: "gas_connection",
        NETWORK: "network_connection",
    }
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/JOINT/APPLY",
        "supplement": "/JOINT/SUPPLEMENT",
        "withdraw": "/JOINT/CANCEL",
    }

    def seed(self, db: Connection, world: World) -> None:
        for at in range(len(world.companies)):
            project = facts(world, at).project
            if project is not None:
                db.execute("insert into network values (?, ?)", (project.permit_number, project.gas_main))

    def lookups(self) -> tuple[Lookup, ...]:
        return ()

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"RESULT": {"CODE": 4, "TEXT": f"{code}: {text}"}}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        head, detail, files = body.get("HEAD"), body.get("DETAIL", {}), body.get("FILES", [])
        if not isinstance(head, dict) or not isinstance(detail, dict) or not isinstance(files, list):
            raise Unreadable("HEAD, DETAIL, FILES")
        for name in ("MSG", "ORDER", "SERVICE")[: 3 if kind == "submit" else 2]:
            if not isinstance(head.get(name), str) or not head[name]:
                raise Unreadable(f"HEAD.{name}")
        return Taken(
            message_id=head["MSG"],
            dispatch_id=head["ORDER"],
            item=head.get("SERVICE", ""),
            fields=detail,
            materials=tuple(str(one.get("TYPE")) for one in files if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"RESULT": {"CODE": 0, "TEXT": "OK"}, "RECEIPT": number})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        site = matter.fields.get("SITE") or {}
        permit = str(site.get("PERMIT_NO") or "")
        known = db.execute("select * from network where permit_no = ?", (permit,)).fetchone()
        if known is None:
            return correction(_wrong("SITE.PERMIT_NO", "没有这个建设工程规划许可证。"))
        if matter.item == SURVEY:
            number = f"TK{today.year}{next_serial(db, 'survey'):06d}"
            digs = site.get("DIGS_ROAD") == "YES"
            db.execute("insert into survey values (?, ?, ?)", (number, permit, digs))
            return approved({"SITE": {"SURVEY_NO": number}})
        surveyed = db.execute(
            "select digs from survey where survey_no = ? and permit_no = ?", (site.get("SURVEY_NO"), permit)
        ).fetchone()
        if surveyed is None:
            return correction(_wrong("SITE.SURVEY_NO", "踏勘单和项目对不上。"))
        if surveyed["digs"] and not site.get("WORKS_NO"):
            return rejected("U09", "要挖路的项目还没有外线工程批准。", "《城市道路管理条例》第三十三条")
        again = db.execute(
            "select 1 from connection where permit_no = ? and service = ?", (permit, matter.item)
        ).fetchone()
        if again:
            return rejected("U02", "这个项目已经报装过，不用再报。", LAWS[matter.item])
        return self._connect(db, matter, permit, gas_main=bool(known["gas_main"]))

    def _connect(self, db: Connection, matter: Matter, permit: str, *, gas_main: bool) -> Decision:
        site = matter.fields["SITE"]
        number = f"4301{next_serial(db, matter.item):010d}"
        result: dict[str, Any]
        if matter.item == POWER:
            watts = site.get("LOAD_W")
            if not isinstance(watts, int) or watts <= 0:
                return correction(_wrong("SITE.LOAD_W", "用电容量不是有效的数。"))
            voltage = "220V" if watts <= SINGLE_PHASE_W else "380V" if watts <= LOW_VOLTAGE_W else "10kV"
            result = {"POWER_NO": number, "VOLTAGE": voltage}
        elif matter.item == GAS:
            if not gas_main:
                return rejected("U05", "这里还没有燃气管道。", LAWS[GAS])
            result = {"GAS_NO": number, "GAS_PLAN": f"RQ{number[-8:]}"}
        elif matter.item == WATER:
            result = {"WATER_NO": number, "WATER_PLAN": f"GS{number[-8:]}"}
        else:
            result = {"NET_PLAN": f"TX{number[-8:]}"}
        db.execute("insert into connection values (?, ?, ?)", (permit, matter.item, number))
        return approved({"SITE": result})

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        states = {"accepted": "TAKEN", "correction": "BACK", "approved": "DONE", "rejected": "REFUSED"}
        decision = reply.decision
        body = {
            "HEAD": {
                "MSG": reply.reply_id,
                "ORDER": reply.dispatch_id,
                "RECEIPT": reply.receipt,
                "STATE": states[reply.kind],
                "TIME": int(reply.at.timestamp()),
            },
            "DETAIL": decision.result,
            "PAPERS": [],
            "TO_MEND": [
                {"PLACE": one.field, "WHAT": one.what, "WHY": one.why, "HOW": one.how, "RULE": one.law}
                for one in decision.flaws
            ],
            "GROUNDS": [{"CODE": one.code, "TEXT": one.text, "RULE": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        code = world.companies[1].credit_code
        site = {"PERMIT_NO": "建字第430100202600001号", "NAME": "示范项目"}
        head = {"MSG": "EXAMPLE-1", "ORDER": "EXAMPLE-1", "SERVICE": SURVEY}
        done = {"RESULT": {"CODE": 0, "TEXT": "OK"}, "RECEIPT": "UT20261123000001"}
        bodies: dict[MessageKind, dict[str, Any]] = {
            "submit": {
                "HEAD": head,
                "DETAIL": {"SITE": site, "FIRM": {"USCC": code}},
                "FILES": [],
            },
            "supplement": {"HEAD": {**head, "MSG": "EXAMPLE-2"}, "DETAIL": {"SITE": site}},
            "withdraw": {"HEAD": {**head, "MSG": "EXAMPLE-3"}},
        }
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path=self.paths[kind],
                    name=kind,
                    summary="联合报装",
                    request=body,
                    answer=done,
                )
                for kind, body in bodies.items()
            ],
        )


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="方案按这些数据设计。",
        how="请按规划许可证和设计图纸重新填写。",
        law="《优化营商环境条例》第二十八条",
    )
