"""卫健, the family desk: parents of an only child and their reward."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Answer, Asked, Decision, Flaw, Lookup, Matter, approved, correction, rejected
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World

REWARD: Final = "FAM.ONLY_CHILD_REWARD"
BORN_BEFORE: Final = date(1981, 1, 1)
"""Certificates went to parents of the years before 2016; the synthetic register keeps the older ones."""


def _seed(db: Connection, world: World) -> None:
    for place, person in enumerate(world.people):
        certificate = f"DS43{place:08d}" if person.birth_date < BORN_BEFORE and place % 4 != 1 else None
        db.execute(
            "insert into families values (?, ?, ?, null)", (person.id_number, person.name, certificate)
        )


def _record(db: Connection, asked: Asked) -> Answer:
    number = asked.query.get("idNo", "")
    row = db.execute("select * from families where id_no = ?", (number,)).fetchone()
    if row is None:
        return Answer.json({"error": {"code": "NOT_FOUND", "message": "No such resident."}}, 404)
    family: dict[str, Any] = {"onlyChildParent": row["certificate_no"] is not None}
    if row["certificate_no"]:
        family["onlyChildCertificateNo"] = row["certificate_no"]
    return Answer.json({"record": {"person": {"identity": {"no": number}, "family": family}}})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    """奖励对象: the certificate must be ours, and the reward is given once."""
    retiree = matter.fields.get("retiree", {})
    number = retiree.get("identity", {}).get("no", "")
    row = db.execute("select * from families where id_no = ?", (number,)).fetchone()
    if row is None:
        return rejected("FAM-404", "不是本省登记的人员。", "《湖南省完善城镇独生子女父母奖励办法若干规定》")
    if retiree.get("fullName") != row["full_name"]:
        return correction(_wrong("retiree.fullName", "姓名和登记的不一致。"))
    if retiree.get("family", {}).get("onlyChildCertificateNo") != row["certificate_no"]:
        return correction(_wrong("retiree.family.onlyChildCertificateNo", "证件编号和发证记录不一致。"))
    if row["reward_no"]:
        return rejected("FAM-201", "已经是奖励对象，不用重复申请。", "独生子女父母奖励办法")
    reward = f"JL{today:%Y}{next_serial(db, 'reward'):07d}"
    db.execute("update families set reward_no = ? where id_no = ?", (reward, number))
    # The reward is paid by the year, from the year of the application on.
    return approved(
        {"retiree": {"reward": {"registrationNo": reward, "payableFrom": date(today.year, 1, 1).isoformat()}}}
    )


def _described(world: World) -> list[Described]:
    person = world.people[0]
    family = {"onlyChildParent": False}
    return [
        Described(
            method="GET",
            path="/api/v2/only-child-certificates",
            name="onlyChildCertificates",
            summary="One-child certificate of a resident",
            query_example={"idNo": person.id_number},
            answer={"record": {"person": {"identity": {"no": person.id_number}, "family": family}}},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="奖励要按登记的家庭信息确认。",
        how="请核对证件后重新填写。",
        law="《湖南省完善城镇独生子女父母奖励办法若干规定》",
    )


DESK: Final = Desk(
    schema="""
        create table families (id_no text primary key, full_name text not null, certificate_no text,
            reward_no text)
    """,
    tables=("families",),
    items={REWARD: "only_child_reward"},
    seed=_seed,
    lookups=(Lookup("onlyChildCertificates", "GET", "/api/v2/only-child-certificates", _record),),
    decide=_decide,
    described=_described,
)
