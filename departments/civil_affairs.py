"""民政: marriage register; dates as milliseconds since 1970, 男/女 and words instead of codes.

Nobody found is ``total`` 0 with an empty list.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

from datetime import UTC, date, datetime, timedelta
from sqlite3 import Connection
from typing import Any, Final
from zoneinfo import ZoneInfo

from departments._kinds import Answer, Asked, Department, Lookup, Unreadable
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

    def document(self, world: World) -> dict[str, Any]:
        mother = world.people[PERSONAS["mother"]]
        record = {"self": {"cardId": mother.id_number, "hyzk": "已婚", "djh": mother.marriage_number}}
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
                )
            ],
        )


def _millis(day: date) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return (midnight - EPOCH) // timedelta(milliseconds=1)
