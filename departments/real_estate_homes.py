"""不动产, the desk that says where a family lives: the first home of an owner or of the owner's spouse."""

import json
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Answer, Asked, Lookup
from departments._openapi import Described
from departments.population import World


def _seed(db: Connection, world: World) -> None:
    couples = ((one, world.people[one.spouse]) for one in world.people if one.spouse is not None)
    db.executemany("insert into po values (?, ?)", ((one.id_number, two.id_number) for one, two in couples))


def _home(db: Connection, asked: Asked) -> Answer:
    told = {one.get("k"): one.get("v") for one in _pairs(asked)}
    row = db.execute(
        "select bdcqzh, zl from fdcq where xs = 1 and (qlr_zjh = ? or qlr_zjh in"
        " (select po from po where zjh = ?))"
        " order by bdcqzh",
        (told.get("QLRZJH"), told.get("QLRZJH")),
    ).fetchone()
    if row is None:
        return Answer.json([])
    home = [{"k": "ZZZH", "v": row["bdcqzh"]}, {"k": "ZZZL", "v": row["zl"]}]
    return Answer.json([{"k": "QLR", "v": home}])


def _pairs(asked: Asked) -> list[dict[str, Any]]:
    found = json.loads(asked.body)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _described(world: World) -> list[Described]:
    owner = world.people[world.homes[0].owner] if world.homes else world.people[0]
    home = [{"k": "ZZZH", "v": "湘"}, {"k": "ZZZL", "v": "湖南省长沙市"}]
    return [
        Described(
            method="POST",
            path="/bdcdj/cx/jtzf",
            name="jtzf",
            summary="家庭住房查询",
            request=[{"k": "QLRZJH", "v": owner.id_number}],
            answer=[{"k": "QLR", "v": home}],
        )
    ]


DESK: Final = Desk(
    schema="create table po (zjh text primary key, po text not null)",
    tables=("po",),
    seed=_seed,
    lookups=(Lookup("jtzf", "POST", "/bdcdj/cx/jtzf", _home),),
    described=_described,
)
