"""民政: marriage register and services; dates as milliseconds since 1970, words instead of codes.

Nobody found is ``total`` 0 with an empty list.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import UTC, date, datetime, timedelta
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from departments import (
    civil_affairs_assistance,
    civil_affairs_funeral,
    civil_affairs_guardianship,
    civil_affairs_marriage,
)
from departments._department import Department
from departments._kinds import Answer, Asked, Callback, Lookup, MessageKind, Taken, Unreadable
from departments._openapi import Described, document
from departments.population import PERSONAS, World

CHINA: Final = ZoneInfo("Asia/Shanghai")
STATUS: Final = {"10": "未婚", "20": "已婚", "30": "丧偶", "40": "离婚"}
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class CivilAffairs(Department):
    """The marriage register."""

    code = "civil_affairs"
    title = "婚姻登记信息系统"
    schema = """
        create table person (card_id text primary key, name text not null, sex text not null,
            born integer not null, status text not null);
        create table marriage (cert_no text not null, registered integer not null, card_id text not null,
            spouse_card text, spouse_passport text, spouse_name text not null, spouse_born integer not null,
            spouse_country text not null, primary key (card_id))
    """
    tables = ("person", "marriage")
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/hydj/rest/apply/create",
        "supplement": "/hydj/rest/apply/amend",
        "withdraw": "/hydj/rest/apply/cancel",
    }
    desks = (
        civil_affairs_assistance.DESK,
        civil_affairs_funeral.DESK,
        civil_affairs_guardianship.DESK,
        civil_affairs_marriage.DESK,
    )

    def seed(self, db: Connection, world: World) -> None:
        for one in world.people:
            sex = "男" if one.sex == "1" else "女"
            db.execute(
                "insert into person values (?, ?, ?, ?, ?)",
                (one.id_number, one.name, sex, _millis(one.birth_date), STATUS[one.marital_status]),
            )
            if one.married_on is None:
                continue
            if one.spouse is not None:
                other = world.people[one.spouse]
                spouse = (other.id_number, None, other.name, _millis(other.birth_date), "CHN")
            elif one.foreign_spouse is not None:
                name, country, passport, born = one.foreign_spouse
                spouse = (None, passport, name, _millis(born), country)  # type: ignore[assignment]
            else:
                continue
            db.execute(
                "insert into marriage values (?, ?, ?, ?, ?, ?, ?, ?)",
                (one.marriage_number, _millis(one.married_on), one.id_number, *spouse),
            )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("marriages", "POST", "/hydj/rest/marriage/list", self._marriage),)

    def _marriage(self, db: Connection, asked: Asked) -> Answer:
        number = asked.json().get("cardId")
        if not isinstance(number, str):
            raise Unreadable("cardId")
        person = db.execute("select * from person where card_id = ?", (number,)).fetchone()
        if person is None:
            return Answer.json({"success": True, "total": 0, "list": []})
        record: dict[str, Any] = {"self": {"cardId": number, "hyzk": person["status"]}}
        row = db.execute("select * from marriage where card_id = ?", (number,)).fetchone()
        if row is not None:
            record["self"] |= {"djh": row["cert_no"], "djrq": row["registered"]}
            record["partner"] = {
                "hyzk": person["status"],
                "xm": row["spouse_name"],
                "csrq": row["spouse_born"],
                "gj": row["spouse_country"],
                "zjlx": "居民身份证" if row["spouse_card"] else "护照",
                **({"cardId": row["spouse_card"]} if row["spouse_card"] else {}),
                **({"hzhm": row["spouse_passport"]} if row["spouse_passport"] else {}),
            }
        return Answer.json({"success": True, "total": 1, "list": [record]})

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"success": False, "errorCode": code, "errorMsg": text}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        form, files = body.get("form", {}), body.get("files", [])
        if not isinstance(form, dict) or not isinstance(files, list):
            raise Unreadable("form 为对象，files 为数组")
        for name in ("msgId", "applyId", "serviceCode")[: 3 if kind == "submit" else 2]:
            if not isinstance(body.get(name), str) or not body[name]:
                raise Unreadable(name)
        return Taken(
            message_id=body["msgId"],
            dispatch_id=body["applyId"],
            item=body.get("serviceCode", ""),
            fields=form,
            materials=tuple(str(one.get("code")) for one in files if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"success": True, "data": {"acceptNo": number}})

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        states = {
            "accepted": "已受理",
            "correction": "待补正",
            "approved": "已办结",
            "rejected": "不予办理",
        }
        decision = reply.decision
        body = {
            "noticeId": reply.reply_id,
            "applyId": reply.dispatch_id,
            "acceptNo": reply.receipt,
            "state": states[reply.kind],
            "at": (reply.at - EPOCH) // timedelta(milliseconds=1),
            "result": decision.result,
            "papers": [
                {"kind": one.code, "no": one.number, "issued": _millis(one.issued_on)}
                for one in decision.papers
            ],
            "todo": [
                {
                    "field": one.field,
                    "problem": one.what,
                    "cause": one.why,
                    "remedy": one.how,
                    "basis": one.law,
                }
                for one in decision.flaws
            ],
            "grounds": [{"code": one.code, "text": one.text, "basis": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        mother = world.people[PERSONAS["mother"]]
        record = {"self": {"cardId": mother.id_number, "hyzk": "已婚", "djh": mother.marriage_number}}
        head = {"msgId": "EXAMPLE-1", "applyId": "EXAMPLE-1", "serviceCode": civil_affairs_marriage.MARRY}
        form = {"nv": {"cardId": mother.id_number, "xm": mother.name}}
        bodies: dict[MessageKind, dict[str, Any]] = {
            "submit": {**head, "form": form, "files": []},
            "supplement": {**head, "msgId": "EXAMPLE-2", "form": form, "files": []},
            "withdraw": {**head, "msgId": "EXAMPLE-3"},
        }
        done = {"success": True, "data": {"acceptNo": "CI20261123000001"}}
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path="/hydj/rest/marriage/list",
                    name="marriages",
                    summary="婚姻登记信息查询",
                    request={"cardId": mother.id_number},
                    answer={"success": True, "total": 1, "list": [record]},
                ),
                *(
                    Described(
                        method="POST",
                        path=self.paths[kind],
                        name=kind,
                        summary="业务申请",
                        request=body,
                        answer=done,
                    )
                    for kind, body in bodies.items()
                ),
            ],
        )


def _millis(day: date) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return (midnight - EPOCH) // timedelta(milliseconds=1)
