"""市监: lists and penalties of companies, and how they are taken off them."""

from datetime import date
from sqlite3 import Connection
from typing import Any, Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, Paper, approved, correction, rejected
from departments._store import next_serial
from departments.population import World
from departments.population_companies import facts, may_be_repaired, reference

ABNORMAL, SERIOUS, PENALTY = "CREDIT-ABNORMAL", "CREDIT-SERIOUS", "CREDIT-PENALTY"
LAW: Final = "《市场监督管理信用修复管理办法》"
YEAR: Final = 365


def seed(db: Connection, world: World) -> None:
    """One line per company with something against it."""
    today = reference(world)
    for at, firm in enumerate(world.companies):
        known = facts(world, at).credit
        one = known.penalty
        if not (one or known.abnormal_reason or known.serious_since):
            continue
        since = known.serious_since
        db.execute(
            "insert into listing values (?, ?, ?, ?, ?)",
            (
                *(firm.credit_code, bool(known.abnormal_reason)),
                bool(since and (today - since).days >= YEAR),
                one.number if one else None,
                bool(one and one.settled and may_be_repaired(one, today)),
            ),
        )


def decide(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    """Whether a company is taken off a list, or its penalty is no longer published."""
    firm = matter.fields.get("enterprise") or {}
    code = str(((firm.get("identity") or {}).get("uscc") or {}).get("value") or "")
    row = db.execute("select * from listing where uscc = ?", (code,)).fetchone()
    if row is None:
        return correction(_wrong("enterprise.identity.uscc.value", "这家企业没有失信记录。"))
    credit: dict[str, Any] = firm.get("credit") or {}
    if credit.get("commitment") != "Y":
        return rejected("XY01", "没有作出信用承诺。", LAW)
    if matter.item == ABNORMAL:
        if not row["abnormal"]:
            return rejected("XY02", "企业不在经营异常名录里。", f"{LAW}第五条")
        db.execute("update listing set abnormal = 0 where uscc = ?", (code,))
        return _done(db, "abnormalRemoval", "移出异", "ABN", today)
    if matter.item == SERIOUS:
        if not row["serious"]:
            return rejected("XY03", "不在名单里，或者列入还没有满一年。", f"{LAW}第六条")
        db.execute("update listing set serious = 0 where uscc = ?", (code,))
        return _done(db, "seriousRemoval", "移出严", "SER", today)
    if row["penalty_no"] != ((credit.get("penalty") or {}).get("number") or {}).get("value"):
        return correction(_wrong("enterprise.credit.penalty.number.value", "没有这个文号的处罚。"))
    if not row["repairable"]:
        return rejected("XY04", "处罚没有履行完，或者公示期没有满，或者已经修复。", f"{LAW}第七条")
    db.execute("update listing set repairable = 0 where uscc = ?", (code,))
    return _done(db, "penaltyRepair", "市监信修", "PEN", today)


def _done(db: Connection, part: str, series: str, paper: str, today: date) -> Decision:
    number = f"{series}〔{today.year}〕{next_serial(db, part)}号"
    result = {"enterprise": {"credit": {part: {"number": {"value": number}}}}}
    return approved(result, Paper(code=paper, number=number, issued_on=today))


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="修复的是登记在案的记录。",
        how="请按营业执照和处罚决定书重新填写。",
        law=LAW,
    )


DESK: Final = Desk(
    schema="""
        create table listing (uscc text primary key, abnormal integer not null, serious integer not null,
            penalty_no text, repairable integer not null)
    """,
    tables=("listing",),
    items={
        ABNORMAL: "abnormal_list_removal",
        SERIOUS: "serious_list_removal",
        PENALTY: "market_penalty_repair",
    },
    seed=seed,
    decide=decide,
)
