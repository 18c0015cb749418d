"""残联: certificates and courses; Chinese words for names and values, dates ``2026年11月20日``.

Every answer says its ``状态``; nobody found is ``查无此人``.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date
from sqlite3 import Connection
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
from departments.population_disability import certified, disability_of, valid_until
from departments.population_pension import months_after

CHINA: Final = ZoneInfo("Asia/Shanghai")
CERTIFY, TRAIN = "办证", "培训报名"
KINDS: Final = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
DEGREES: Final = ("一级", "二级", "三级", "四级")
TEN_YEARS: Final = 120


class DisabledFederation(Department):
    """The disabled persons' federation."""

    code = "disabled_federation"
    title = "残疾人服务平台"
    schema = """
        create table holders (id_no text primary key, name text not null, number text not null unique,
            kind text not null, degree text not null, until text not null);
        create table people (id_no text primary key, name text not null);
        create table courses (number text primary key, id_no text not null, course text not null,
            unique (id_no, course))
    """
    tables = ("holders", "people", "courses")
    items: ClassVar = {CERTIFY: "disability_certificate", TRAIN: "employment_training"}
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/api/business/accept",
        "supplement": "/api/business/amend",
        "withdraw": "/api/business/cancel",
    }

    def seed(self, db: Connection, world: World) -> None:
        db.executemany(
            "insert into people values (?, ?)", ((one.id_number, one.name) for one in world.people)
        )
        for place in certified(world):
            one, found = world.people[place], disability_of(place)
            if found is not None:
                db.execute(
                    "insert into holders values (?, ?, ?, ?, ?, ?)",
                    (
                        *(one.id_number, one.name, found.number(one.id_number)),
                        *(KINDS[int(found.kind) - 1], DEGREES[int(found.degree) - 1]),
                        valid_until(place).isoformat(),
                    ),
                )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("holder", "POST", "/api/query/holder", self._holder),)

    def _holder(self, db: Connection, asked: Asked) -> Answer:
        told = asked.json().get("查询")
        if not isinstance(told, dict) or not isinstance(told.get("身份证号"), str):
            raise Unreadable("查询.身份证号")
        row = db.execute("select * from holders where id_no = ?", (told["身份证号"],)).fetchone()
        if row is None:
            return Answer.json({"状态": "查无此人", "结果": None})
        holder = {
            "身份证号": row["id_no"],
            "残疾人证号": row["number"],
            "残疾类别": row["kind"],
            "残疾等级": row["degree"],
            "有效期至": _day(date.fromisoformat(row["until"])),
        }
        return Answer.json({"状态": "成功", "结果": {"持证人": holder}})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"状态": "失败", "代码": code, "说明": text}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        content, files = body.get("内容", {}), body.get("附件", [])
        if not isinstance(content, dict) or not isinstance(files, list):
            raise Unreadable("内容为对象，附件为数组")
        for name in ("报文号", "流水号", "事项")[: 3 if kind == "submit" else 2]:
            if not isinstance(body.get(name), str) or not body[name]:
                raise Unreadable(name)
        return Taken(
            message_id=body["报文号"],
            dispatch_id=body["流水号"],
            item=body.get("事项", ""),
            fields=content,
            materials=tuple(str(one.get("代码")) for one in files if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"状态": "成功", "受理号": number})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        told = matter.fields.get("申请人") or {}
        person = db.execute("select * from people where id_no = ?", (told.get("身份证号"),)).fetchone()
        if person is None or person["name"] != told.get("姓名"):
            return correction(_wrong("申请人.姓名", "姓名和身份证不一致。"))
        if matter.item == CERTIFY:
            asked = (matter.fields.get("申请") or {}).get("情形")
            return self._certify(db, told, str(asked), today)
        return self._train(db, told, today)

    def _certify(self, db: Connection, told: dict[str, Any], asked: str, today: date) -> Decision:
        """新办 rests on the assessment; 换领 and 补办 keep kind and degree."""
        row = db.execute("select * from holders where id_no = ?", (told["身份证号"],)).fetchone()
        if asked == "新办":
            if row is not None:
                return rejected("CL01", "已经有残疾人证，请选换领或者补办。", "《残疾人证管理办法》")
            found = told.get("评定") or {}
            if not found.get("编号") or found.get("类别") not in KINDS or found.get("等级") not in DEGREES:
                return correction(_wrong("申请人.评定.编号", "没有残疾评定结论。"))
            kind, degree = found["类别"], found["等级"]
        elif row is None:
            return rejected("CL02", "没有残疾人证记录，请选新办。", "《残疾人证管理办法》")
        elif told.get("残疾人证号") not in {None, "", row["number"]}:
            return correction(_wrong("申请人.残疾人证号", "残疾人证号和发证记录不一致。"))
        else:
            kind, degree = row["kind"], row["degree"]
        number = f"{told['身份证号']}{KINDS.index(kind) + 1}{DEGREES.index(degree) + 1}"
        until = months_after(today, TEN_YEARS)
        db.execute(
            "insert or replace into holders values (?, ?, ?, ?, ?, ?)",
            (told["身份证号"], told["姓名"], number, kind, degree, until.isoformat()),
        )
        paper = Paper(code="残疾人证", number=number, issued_on=today, valid_until=until)
        return approved({"申请人": {"新证": {"证号": number, "有效期至": _day(until)}}}, paper)

    def _train(self, db: Connection, told: dict[str, Any], today: date) -> Decision:
        course = (told.get("培训") or {}).get("项目")
        if not db.execute("select 1 from holders where id_no = ?", (told["身份证号"],)).fetchone():
            return rejected("PX01", "要有残疾人证才能报名。", "《残疾人保障法》")
        known = db.execute(
            "select 1 from courses where id_no = ? and course = ?", (told["身份证号"], course)
        ).fetchone()
        if known is not None:
            return rejected("PX02", "这个项目已经报过名。", "《残疾人保障法》")
        number = f"PX{today:%Y}{next_serial(db, 'course'):06d}"
        db.execute("insert into courses values (?, ?, ?)", (number, told["身份证号"], str(course)))
        return approved({"申请人": {"培训": {"编号": number}}})

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        states = {
            "accepted": "已受理",
            "correction": "需补正",
            "approved": "已办结",
            "rejected": "不予办理",
        }
        decision = reply.decision
        body = {
            "回执号": reply.reply_id,
            "流水号": reply.dispatch_id,
            "受理号": reply.receipt,
            "环节": states[reply.kind],
            "时间": f"{reply.at.astimezone(CHINA):%Y年%m月%d日 %H:%M:%S}",
            "结果": decision.result,
            "证件": [
                {"种类": one.code, "证号": one.number, "发证日期": _day(one.issued_on)}
                for one in decision.papers
            ],
            "补正": [
                {"字段": one.field, "问题": one.what, "原因": one.why, "办法": one.how, "依据": one.law}
                for one in decision.flaws
            ],
            "理由": [{"代码": one.code, "说明": one.text, "依据": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        places = certified(world)
        one = world.people[places[0] if places else 0]
        holder = {"身份证号": one.id_number, "残疾等级": "一级"}
        head = {"报文号": "EXAMPLE-1", "流水号": "EXAMPLE-1", "事项": TRAIN}
        content = {"申请人": {"身份证号": one.id_number, "姓名": one.name, "培训": {"项目": "手工"}}}
        bodies: dict[MessageKind, dict[str, Any]] = {
            "submit": {**head, "内容": content, "附件": []},
            "supplement": {**head, "报文号": "EXAMPLE-2", "内容": content, "附件": []},
            "withdraw": {**head, "报文号": "EXAMPLE-3"},
        }
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path="/api/query/holder",
                    name="holder",
                    summary="持证信息查询",
                    request={"查询": {"身份证号": one.id_number}},
                    answer={"状态": "成功", "结果": {"持证人": holder}},
                ),
                *(
                    Described(
                        method="POST",
                        path=self.paths[kind],
                        name=kind,
                        summary="业务办理",
                        request=body,
                        answer={"状态": "成功", "受理号": "DI20261123000001"},
                    )
                    for kind, body in bodies.items()
                ),
            ],
        )


def _day(day: date) -> str:
    return f"{day:%Y年%m月%d日}"


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="残疾人证要和身份、评定结论一致。",
        how="请核对后重新填写。",
        law="《残疾人证管理办法》",
    )
