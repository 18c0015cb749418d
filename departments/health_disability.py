"""卫健, the assessment desk: hospitals say kind and degree of a disability (GB/T 26341)."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected
from departments._store import next_serial
from departments.population import World
from departments.population_disability import disability_of

ASSESS: Final = "DIS.ASSESSMENT"
KINDS: Final = {
    "1": "SIGHT",
    "2": "HEARING",
    "3": "SPEECH",
    "4": "BODY",
    "5": "INTELLECT",
    "6": "MIND",
    "7": "MULTIPLE",
}


def _seed(db: Connection, world: World) -> None:
    for place, one in enumerate(world.people):
        found = disability_of(place)
        if found is not None:
            db.execute(
                "insert into findings values (?, ?, ?)", (one.id_number, KINDS[found.kind], found.degree)
            )


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    """残疾评定: what the doctors find counts, not what was claimed."""
    patient = matter.fields.get("patient") or {}
    number = (patient.get("identity") or {}).get("no")
    known = db.execute("select full_name from residents where id_no = ?", (number,)).fetchone()
    if known is None or known["full_name"] != patient.get("fullName"):
        return correction(
            Flaw(
                field="patient.fullName",
                what="姓名和身份证件不一致。",
                why="评定表要和身份证一致。",
                how="请核对后重新填写。",
                law="《残疾人证管理办法》",
            )
        )
    row = db.execute("select * from findings where id_no = ?", (number,)).fetchone()
    if row is None:
        return rejected("DIS-01", "评定结论：没有达到残疾标准。", "《残疾人残疾分类和分级》GB/T 26341-2010")
    serial = f"PD43{today:%Y}{next_serial(db, 'assessment'):06d}"
    finding = {"assessmentNo": serial, "kind": row["kind"], "degree": row["degree"]}
    return approved({"patient": {"disability": finding}})


DESK: Final = Desk(
    schema="create table findings (id_no text primary key, kind text not null, degree text not null)",
    tables=("findings",),
    items={ASSESS: "disability_assessment"},
    seed=_seed,
    decide=_decide,
)
