"""自然资源和规划: planning permits of companies' projects, in the register's lists of {k, v}."""

import json
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Answer, Asked, Lookup, Unreadable
from departments._openapi import Described
from departments.population import World
from departments.population_companies import facts


def seed(db: Connection, world: World) -> None:
    """One line per permit."""
    for at, firm in enumerate(world.companies):
        project = facts(world, at).project
        if project is not None:
            db.execute(
                "insert into ghxk values (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(project.permit_number, firm.credit_code, project.name, project.address, firm.region),
                    *(project.square_metres, project.use),
                ),
            )


def asked_for(asked: Asked, name: str) -> str:
    """One value of a request that is a list of {k, v}."""
    try:
        told = json.loads(asked.body)
        return next(str(one["v"]) for one in told if one["k"] == name)
    except (ValueError, TypeError, KeyError, StopIteration):
        raise Unreadable(name) from None


def pairs(value: Any) -> Any:
    """A record as the register writes it."""
    return [{"k": name, "v": pairs(one)} for name, one in value.items()] if isinstance(value, dict) else value


def _of_company(db: Connection, asked: Asked) -> Answer:
    code = asked_for(asked, "TYSHXYDM")
    rows = db.execute("select xkzh from ghxk where tyshxydm = ?", (code,)).fetchall()
    # Of several projects only the applicant can say which one is meant.
    return Answer.json(pairs({"XM": {"XKZH": rows[0]["xkzh"]}}) if len(rows) == 1 else [])


def _permit(db: Connection, asked: Asked) -> Answer:
    row = db.execute("select * from ghxk where xkzh = ?", (asked_for(asked, "XKZH"),)).fetchone()
    if row is None:
        return Answer.json([])
    project = {
        "XMMC": row["xmmc"],
        "ZL": row["zl"],
        "QH": row["qh"],
        "JZMJ": row["jzmj"],
        "FWYT": row["fwyt"],
    }
    return Answer.json(pairs({"XM": project}))


def described(world: World) -> list[Described]:
    """The two queries."""
    builders = ((firm, facts(world, at).project) for at, firm in enumerate(world.companies))
    firm, project = next((firm, project) for firm, project in builders if project is not None)
    answer = pairs({"XM": {"XKZH": project.permit_number}})
    permit = pairs({"XM": {"XMMC": project.name, "JZMJ": project.square_metres}})
    return [
        Described(
            method="POST",
            path="/bdcdj/cx/qyxm",
            name="qyxm",
            summary="企业在建项目查询",
            request=pairs({"TYSHXYDM": firm.credit_code}),
            answer=answer,
        ),
        Described(
            method="POST",
            path="/bdcdj/cx/ghxk",
            name="ghxk",
            summary="建设工程规划许可查询",
            request=pairs({"XKZH": project.permit_number}),
            answer=permit,
        ),
    ]


DESK: Final = Desk(
    schema="""
        create table ghxk (xkzh text primary key, tyshxydm text not null, xmmc text not null,
            zl text not null, qh text not null, jzmj integer not null, fwyt text not null)
    """,
    tables=("ghxk",),
    seed=seed,
    lookups=(
        Lookup("qyxm", "POST", "/bdcdj/cx/qyxm", _of_company),
        Lookup("ghxk", "POST", "/bdcdj/cx/ghxk", _permit),
    ),
    described=described,
)
