"""公安, the desk of those who have died: kinship, the register, the driving licence."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import (
    Answer,
    Asked,
    Decision,
    Flaw,
    Lookup,
    Matter,
    Paper,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World
from departments.population_death import deaths
from departments.population_family import children

CLOSE, LICENCE = "GA-HZ-0201", "GA-JJ-0301"
SPOUSE, CHILD, PARENT = "1", "2", "3"


def _seed(db: Connection, world: World) -> None:
    for one in world.people:
        if one.spouse is not None:
            db.execute(
                "insert into qsgx values (?, ?, ?)",
                (one.id_number, world.people[one.spouse].id_number, SPOUSE),
            )
    for child in children(world):
        for parent in (child.mother, child.father):
            pair = (parent.id_number, child.person.id_number)
            db.execute("insert into qsgx values (?, ?, ?)", (*pair, CHILD))
            db.execute("insert into qsgx values (?, ?, ?)", (*reversed(pair), PARENT))
    for death in deaths(world):
        if death.licence:
            db.execute("insert into jsz values (?, ?, 1)", (death.deceased.id_number, death.licence))


def _kin(db: Connection, asked: Asked) -> Answer:
    wanted = _wanted(asked)
    row = db.execute(
        "select qsgx.gx, czrk.xm from qsgx join czrk on czrk.gmsfhm = qsgx.sz where sz = ? and sqr = ?",
        (wanted.get("szgmsfhm"), wanted.get("sqrgmsfhm")),
    ).fetchone()
    return _found({"szxm": row["xm"], "qsgx": row["gx"]} if row else None)


def _licence(db: Connection, asked: Asked) -> Answer:
    number = _wanted(asked).get("gmsfhm")
    if db.execute("select 1 from czrk where gmsfhm = ?", (number,)).fetchone() is None:
        return _found(None)
    row = db.execute("select * from jsz where gmsfhm = ? and yx = 1", (number,)).fetchone()
    data = {"gmsfhm": number, "sfyjsz": "1" if row else "0"}
    return _found(data | ({"jszh": row["jszh"]} if row else {}))


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    sj = matter.fields
    number = sj.get("sz_gmsfhm")
    row = db.execute("select * from czrk where gmsfhm = ?", (number,)).fetchone()
    if row is None or row["xm"] != sj.get("sz_xm"):
        return correction(_wrong("sz_gmsfhm", "逝者的姓名和公民身份号码对不上。"))
    if matter.item == LICENCE:
        return _cancel(db, sj, today)
    if db.execute("select 1 from swdj where gmsfhm = ?", (number,)).fetchone():
        return rejected("SW02", "户口已经注销。", "《户口登记条例》第八条")
    if not sj.get("sz_swzmbh"):
        return correction(_wrong("sz_swzmbh", "没有死亡医学证明的编号。"))
    kin = db.execute("select 1 from qsgx where sz = ? and sqr = ?", (number, sj.get("sqr_gmsfhm"))).fetchone()
    if kin is None and sj.get("sqr_qsgx") != "9":
        return correction(_wrong("sqr_qsgx", "人口库里没有这样的亲属关系。"))
    serial = f"SW4301{today:%Y}{next_serial(db, 'death'):06d}"
    db.execute("insert into swdj values (?, ?, ?)", (number, serial, str(sj.get("sz_swrq"))))
    db.execute("update czrk set hcbz = 0 where gmsfhm = ?", (number,))
    return approved({"sz_swdjbh": serial}, Paper(code="ZXHKZM", number=serial, issued_on=today))


def _cancel(db: Connection, sj: dict[str, Any], today: date) -> Decision:
    known = db.execute("select bh from swdj where gmsfhm = ?", (sj.get("sz_gmsfhm"),)).fetchone()
    if known is None or known["bh"] != sj.get("sz_swdjbh"):
        return correction(_wrong("sz_swdjbh", "还没有死亡登记，请先注销户口。"))
    changed = db.execute(
        "update jsz set yx = 0 where gmsfhm = ? and jszh = ? and yx = 1",
        (sj.get("sz_gmsfhm"), sj.get("sz_jszh")),
    ).rowcount
    if not changed:
        return rejected("JS01", "没有有效的驾驶证。", "《机动车驾驶证申领和使用规定》")
    return approved({"sz_jszzxrq": f"{today:%Y%m%d}"})


def _described(world: World) -> list[Described]:
    death = next(deaths(world))
    dead, left = death.deceased, death.spouse
    pair = {"szgmsfhm": dead.id_number, "sqrgmsfhm": left.id_number}
    good = {"code": "0000", "msg": "成功"}
    return [
        Described(
            method="POST",
            path="/gaapi/qsgx/cx",
            name="qsgx",
            summary="亲属关系查询",
            request={"jkbh": "CX04", "cxtj": pair},
            answer={**good, "data": {"szxm": dead.name, "qsgx": SPOUSE}},
        ),
        Described(
            method="POST",
            path="/gaapi/jsz/cx",
            name="jsz",
            summary="驾驶证查询",
            request={"jkbh": "CX05", "cxtj": {"gmsfhm": dead.id_number}},
            answer={**good, "data": {"gmsfhm": dead.id_number, "sfyjsz": "0"}},
        ),
    ]


def _wanted(asked: Asked) -> dict[str, Any]:
    wanted = asked.json().get("cxtj")
    if not isinstance(wanted, dict):
        raise Unreadable("cxtj")
    return wanted


def _found(data: dict[str, Any] | None) -> Answer:
    if data is None:
        return Answer.json({"code": "1001", "msg": "未查询到数据", "data": None})
    return Answer.json({"code": "0000", "msg": "成功", "data": data})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="死亡登记要和人口库、死亡证明一致。",
        how="请核对后重新填写，也可以到派出所办理。",
        law="《户口登记条例》第八条",
    )


DESK: Final = Desk(
    schema="""
        create table qsgx (sz text not null, sqr text not null, gx text not null, primary key (sz, sqr));
        create table swdj (gmsfhm text primary key, bh text not null unique, swrq text not null);
        create table jsz (gmsfhm text primary key, jszh text not null, yx integer not null)
    """,
    tables=("qsgx", "swdj", "jsz"),
    items={CLOSE: "household_cancellation", LICENCE: "driving_licence_cancellation"},
    seed=_seed,
    lookups=(
        Lookup("qsgx", "POST", "/gaapi/qsgx/cx", _kin),
        Lookup("jsz", "POST", "/gaapi/jsz/cx", _licence),
    ),
    decide=_decide,
    described=_described,
)
