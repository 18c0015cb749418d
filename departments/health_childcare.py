"""卫健, the desk of young families: registration before a birth, childcare subsidy, vaccination check."""

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
from departments.population_family import children, toddlers

PLAN, SUBSIDY, CHECK = "FAM.BIRTH_REGISTRATION", "FAM.CHILDCARE_SUBSIDY", "IMM.SCHOOL_CHECK"
YEARLY: Final = 3600
"""Yuan a year (scheme of 2025); children born before 2025 get it by months."""
BEGAN: Final = date(2025, 1, 1)
THREE: Final = 3


def _seed(db: Connection, world: World) -> None:
    everyone = (*world.people, *(child.person for child in toddlers(world)))
    db.executemany("insert into residents values (?, ?)", ((one.id_number, one.name) for one in everyone))
    db.executemany(
        "insert into births values (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(child.person.id_number, child.person.birth_date.isoformat(), child.certificate),
                *(child.mother.id_number, child.father.id_number, child.rank, child.vaccination_book),
                # Every tenth has a dose to make up.
                "麻腮风疫苗第2剂" if int(child.person.id_number[12:17]) % 10 == 0 else None,
            )
            for child in children(world)
        ),
    )


def _parentage(db: Connection, asked: Asked) -> Answer:
    child, guardian = asked.query.get("childIdNo", ""), asked.query.get("guardianIdNo", "")
    row = db.execute(
        "select * from births where child = ? and ? in (mother, father)", (child, guardian)
    ).fetchone()
    if row is None:
        return Answer.json({"error": {"code": "NOT_FOUND", "message": "No such birth certificate."}}, 404)
    newborn = {"certificate": {"serialNo": row["certificate_no"]}, "rank": row["rank"]}
    return Answer.json({"record": {"newborn": newborn, "guardian": {"relation": "PARENT"}}})


def _vaccination(db: Connection, asked: Asked) -> Answer:
    row = db.execute(
        "select book_no from births where child = ?", (asked.query.get("childIdNo", ""),)
    ).fetchone()
    if row is None:
        return Answer.json({"error": {"code": "NOT_FOUND", "message": "No vaccination record."}}, 404)
    return Answer.json({"record": {"newborn": {"vaccination": {"bookNo": row["book_no"]}}}})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    if matter.item == PLAN:
        return _plan(db, matter.fields, today)
    if (unknown := unlike(db, matter.fields.get("newborn") or {}, "newborn")) is not None:
        return unknown
    if matter.item == CHECK:
        return _check(db, matter.fields, today)
    return _subsidy(db, matter.fields, today)


def _check(db: Connection, payload: dict[str, Any], today: date) -> Decision:
    """接种证查验: what is missing is told, and hinders nothing (vaccine law, art. 48)."""
    newborn = payload["newborn"]
    row = db.execute("select * from births where child = ?", (newborn["identity"]["no"],)).fetchone()
    if row is not None and newborn.get("vaccination", {}).get("bookNo") != row["book_no"]:
        return correction(wrong("newborn.vaccination.bookNo", "预防接种证编号和接种系统的不一致。"))
    number = f"CY{today:%Y}{next_serial(db, 'check'):07d}"
    missing = (row["missing"] if row else None) or "没有需要补种的"
    return approved({"newborn": {"vaccination": {"checkNo": number, "missing": missing}}})


def _subsidy(  # noqa: PLR0911, one line per reason
    db: Connection, payload: dict[str, Any], today: date
) -> Decision:
    """育儿补贴: once a child and year, to one claimant, by months for who was born before 2025."""
    newborn, guardian = payload["newborn"], payload.get("guardian") or {}
    if (unknown := unlike(db, guardian, "guardian")) is not None:
        return unknown
    child, number = newborn["identity"]["no"], guardian["identity"]["no"]
    row = db.execute("select * from births where child = ?", (child,)).fetchone()
    if guardian.get("relation") == "PARENT" and (row is None or number not in {row["mother"], row["father"]}):
        return correction(wrong("guardian.relation", "出生医学证明上的父母不是申领人。"))
    if guardian.get("relation") in {"NEXT", "APPOINTED"} and not guardian.get("guardianshipNo"):
        return correction(wrong("guardian.guardianshipNo", "监护关系还没有核实。"))
    account = guardian.get("account") or {}
    if account.get("holder") not in {None, "", guardian.get("fullName")}:
        return correction(wrong("guardian.account.holder", "收款账户不是申领人本人的。"))
    try:
        born = date.fromisoformat(str(newborn.get("birthDate")))
    except ValueError:
        return correction(wrong("newborn.birthDate", "出生日期看不懂。"))
    amount = subsidy(born, today.year)
    if not amount:
        return rejected("FAM-401", "孩子已经满三周岁，今年没有补贴。", "《育儿补贴制度实施方案》")
    if db.execute("select 1 from subsidies where child = ? and year = ?", (child, today.year)).fetchone():
        return rejected("FAM-402", "这个孩子今年的补贴已经申领过。", "《育儿补贴制度实施方案》")
    given = f"YEBT43{today:%Y}{next_serial(db, 'subsidy'):07d}"
    db.execute("insert into subsidies values (?, ?, ?, ?, ?)", (given, child, today.year, number, amount))
    return approved({"newborn": {"subsidy": {"registrationNo": given, "amount": amount}}})


def subsidy(born: date, year: int) -> int:
    """Yuan for a child born on `born` in `year`.

    Born from 2025 on: the whole amount in the year of birth and the two that follow. Born before: by the
    months of the year up to the one of the third birthday; which months count is the province's rule as the
    guide summarises it, not compared with the official table.
    """
    third = born.year + THREE
    if born >= BEGAN:
        return YEARLY if born.year <= year < third else 0
    if not BEGAN.year <= year <= third:
        return 0
    months = born.month if year == third else 12
    return YEARLY // 12 * months


def _plan(db: Connection, payload: dict[str, Any], today: date) -> Decision:
    """生育登记: both spouses known, once a year at most."""
    for role in ("husband", "wife"):
        if (unknown := unlike(db, payload.get(role) or {}, role)) is not None:
            return unknown
    number = payload["wife"]["identity"]["no"]
    if db.execute("select 1 from plans where wife = ? and year = ?", (number, today.year)).fetchone():
        return rejected("FAM-301", "今年已经登记过，回执还有效。", "《湖南省人口与计划生育条例》")
    registration = f"SYDJ43{today:%Y}{next_serial(db, 'plan'):07d}"
    db.execute("insert into plans values (?, ?, ?)", (registration, number, today.year))
    paper = Paper(code="BIRTH_REG", number=registration, issued_on=today)
    return approved({"wife": {"birthRegistrationNo": registration}}, paper)


def unlike(db: Connection, told: dict[str, Any], role: str) -> Decision | None:
    """What is wrong with somebody's name and number; None when they fit."""
    number = (told.get("identity") or {}).get("no")
    row = db.execute("select * from residents where id_no = ?", (number,)).fetchone()
    if row is None:
        return rejected("FAM-404", "身份证号码不在全员人口信息中。", "《湖南省人口与计划生育条例》")
    if told.get("fullName") != row["full_name"]:
        return correction(wrong(f"{role}.fullName", "姓名和身份证件不一致。"))
    return None


def wrong(field: str, what: str) -> Flaw:
    """A flaw at this desk."""
    return Flaw(
        field=field,
        what=what,
        why="登记和补贴要按家庭的真实信息办理。",
        how="请核对证件后重新填写。",
        law="《湖南省人口与计划生育条例》",
    )


def _described(world: World) -> list[Described]:
    child = next(children(world))
    number = child.person.id_number
    return [
        Described(
            method="GET",
            path="/api/v2/parentage",
            name="parentage",
            summary="Birth certificate of a child and one of its parents",
            query_example={"childIdNo": number, "guardianIdNo": child.mother.id_number},
            answer={"record": {"newborn": {"rank": 1}, "guardian": {"relation": "PARENT"}}},
        ),
        Described(
            method="GET",
            path="/api/v2/vaccinations",
            name="vaccinations",
            summary="Vaccination record of a child",
            query_example={"childIdNo": number},
            answer={"record": {"newborn": {"vaccination": {"bookNo": child.vaccination_book}}}},
        ),
    ]


DESK: Final = Desk(
    schema="""
        create table residents (id_no text primary key, full_name text not null);
        create table births (child text primary key, born text not null, certificate_no text not null,
            mother text not null, father text not null, rank integer not null, book_no text not null,
            missing text);
        create table subsidies (registration_no text primary key, child text not null,
            year integer not null, claimant text not null, yuan integer not null, unique (child, year));
        create table plans (registration_no text primary key, wife text not null, year integer not null)
    """,
    tables=("residents", "births", "subsidies", "plans"),
    items={PLAN: "birth_plan_registration", SUBSIDY: "childcare_subsidy", CHECK: "vaccination_check"},
    seed=_seed,
    lookups=(
        Lookup("parentage", "GET", "/api/v2/parentage", _parentage),
        Lookup("vaccinations", "GET", "/api/v2/vaccinations", _vaccination),
    ),
    decide=_decide,
    described=_described,
)
