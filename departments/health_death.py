"""卫健, death certificates: shown to the family only."""

from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Answer, Asked, Lookup
from departments._openapi import Described
from departments.population import World
from departments.population_death import deaths


def _seed(db: Connection, world: World) -> None:
    db.executemany(
        "insert into deaths values (?, ?, ?, ?)",
        (
            (one.deceased.id_number, one.spouse.id_number, one.certificate, one.died_on.isoformat())
            for one in deaths(world)
        ),
    )


def _death(db: Connection, asked: Asked) -> Answer:
    row = db.execute(
        "select * from deaths where id_no = ? and family = ?",
        (asked.query.get("idNo", ""), asked.query.get("familyIdNo", "")),
    ).fetchone()
    if row is None:
        return Answer.json({"error": {"code": "NOT_FOUND", "message": "No such certificate."}}, 404)
    death = {"date": row["died_on"], "natural": True, "certificateNo": row["certificate_no"]}
    return Answer.json({"record": {"deceased": {"death": death}}})


def _described(world: World) -> list[Described]:
    one = next(deaths(world))
    death = {"date": one.died_on.isoformat(), "natural": True, "certificateNo": one.certificate}
    return [
        Described(
            method="GET",
            path="/api/v2/deaths",
            name="deaths",
            summary="Death certificate, for the family",
            query_example={"idNo": one.deceased.id_number, "familyIdNo": one.spouse.id_number},
            answer={"record": {"deceased": {"death": death}}},
        )
    ]


DESK: Final = Desk(
    schema="""
        create table deaths (id_no text primary key, family text not null, certificate_no text not null,
            died_on text not null)
    """,
    tables=("deaths",),
    seed=_seed,
    lookups=(Lookup("deaths", "GET", "/api/v2/deaths", _death),),
    described=_described,
)
