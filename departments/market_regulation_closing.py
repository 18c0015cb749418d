"""市监: companies that close. Notices of closing, who represents a company, deregistration."""

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
    approved,
    correction,
    rejected,
)
from departments._openapi import Described
from departments._store import next_serial
from departments.population import World
from departments.population_companies import facts, has_ended, reference, representatives

CLOSE: Final = "ENT-CLOSE"
KINDS: Final = {"simple": "S", "general": "G"}
LAW: Final = "《市场主体登记管理条例》"


def seed(db: Connection, world: World) -> None:
    """Notices, restraints and who represents what."""
    today = reference(world)
    for at, firm in enumerate(world.companies):
        known = facts(world, at)
        closing = known.closing
        db.execute(
            "insert into closing values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                firm.credit_code,
                KINDS[closing.kind] if closing else None,
                closing.number if closing else None,
                f"{closing.published_on:%Y.%m.%d}" if closing else None,
                bool(closing and has_ended(closing, today)),
                closing.objections if closing else 0,
                *(known.frozen_equity, known.open_branches, known.customs),
            ),
        )
    db.executemany(
        "insert into representative values (?, ?)",
        (
            (world.people[person].id_number, world.companies[at].credit_code)
            for person, at in representatives(world).items()
        ),
    )


def result(code: str, label: str, entity: dict[str, Any] | None) -> Answer:
    """The wrapping that every answer of the system has."""
    data = None if entity is None else {"entity": entity}
    return Answer.json({"result": {"status": {"code": code, "label": label}, "data": data}})


def _represented(db: Connection, asked: Asked) -> Answer:
    number = (asked.json().get("criteria") or {}).get("idNumber", {}).get("value")
    row = db.execute("select uscc from representative where id_no = ?", (number,)).fetchone()
    if row is None:
        return result("NOT_FOUND", "未找到", None)
    return result("OK", "成功", {"enterprise": {"identity": {"uscc": {"value": row["uscc"]}}}})


def _closing(db: Connection, asked: Asked) -> Answer:
    row = db.execute("select * from closing where uscc = ?", (asked.path["uscc"],)).fetchone()
    if row is None:
        return result("NOT_FOUND", "未找到", None)
    entity: dict[str, Any] = {
        "restraint": {"equity": _yes(row["frozen"])},
        "branches": {"open": row["branches"]},
        "links": {"customs": _yes(row["customs"])},
    }
    if row["kind"]:
        entity["closing"] = {
            "kind": {"code": row["kind"], "label": "简易注销" if row["kind"] == "S" else "普通注销"},
            "notice": {
                "number": {"value": row["notice_no"]},
                "from": row["published"],
                "ended": _yes(row["ended"]),
                "objections": row["objections"],
            },
        }
    return result("OK", "成功", {"enterprise": entity})


def decide(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    """Whether a company may be struck off."""
    firm = matter.fields.get("enterprise") or {}
    code = str(((firm.get("identity") or {}).get("uscc") or {}).get("value") or "")
    row = db.execute("select * from enterprise where uscc = ?", (code,)).fetchone()
    if row is None:
        return correction(_wrong("enterprise.identity.uscc.value", "没有这家企业的登记。"))
    person = ((matter.fields.get("legalRepresentative") or {}).get("identity") or {}).get("idNumber") or {}
    if row["representative"] != person.get("value"):
        field = "legalRepresentative.identity.idNumber.value"
        return correction(_wrong(field, "这个人不是登记的法定代表人。"))
    if row["status"] == "deregistered":
        return rejected("ZX01", "企业已经注销。", f"{LAW}第三十一条")
    closing = firm.get("closing") or {}
    if not (closing.get("taxClearance") or {}).get("value"):
        return rejected("ZX02", "没有清税证明。", "《税收征收管理法》第十六条")
    simple = (closing.get("kind") or {}).get("code") == "S"
    if simple and not (closing.get("noObjection") or {}).get("value"):
        return rejected("ZX03", "简易注销没有无异议确认。", f"{LAW}第三十三条")
    if not simple and not (closing.get("liquidation") or {}).get("leader", {}).get("value"):
        return correction(_wrong("enterprise.closing.liquidation.leader.value", "没有清算组负责人。"))
    db.execute("update enterprise set status = 'deregistered' where uscc = ?", (code,))
    number = f"（长）登字〔{today.year}〕第{next_serial(db, 'closing')}号"
    produced = {"registration": {"number": {"value": number}, "on": f"{today:%Y.%m.%d}"}}
    paper = Paper(code="CLOSED", number=number, issued_on=today)
    return approved({"enterprise": {"closing": produced}}, paper)


def described(world: World) -> list[Described]:
    """The two queries."""
    status = {"code": "OK", "label": "成功"}
    person = world.people[next(iter(representatives(world)))]
    found = {"result": {"status": status, "data": {"entity": {"enterprise": {}}}}}
    return [
        Described(
            method="POST",
            path="/openapi/v1/representatives/query",
            name="representatives_query",
            summary="本人任职企业查询",
            request={"criteria": {"idNumber": {"value": person.id_number}}},
            answer=found,
        ),
        Described(
            method="GET",
            path="/openapi/v1/closings/{uscc}",
            name="closing",
            summary="注销公告查询",
            path_example={"uscc": world.companies[0].credit_code},
            answer=found,
        ),
    ]


def _yes(value: object) -> str:
    return "Y" if value else "N"


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="注销后不能恢复，登记信息要完全一致。",
        how="请按营业执照重新填写。",
        law=f"{LAW}第三十一条",
    )


DESK: Final = Desk(
    schema="""
        create table closing (uscc text primary key, kind text, notice_no text, published text,
            ended integer not null, objections integer not null, frozen integer not null,
            branches integer not null, customs integer not null);
        create table representative (id_no text primary key, uscc text not null)
    """,
    tables=("closing", "representative"),
    items={CLOSE: "company_deregistration"},
    seed=seed,
    lookups=(
        Lookup("represented", "POST", "/openapi/v1/representatives/query", _represented),
        Lookup("closing", "GET", "/openapi/v1/closings/{uscc}", _closing),
    ),
    decide=decide,
    described=described,
)
