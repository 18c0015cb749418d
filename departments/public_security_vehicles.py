"""公安交管, the desk of vehicles: register of private cars, transfers, files sent elsewhere, plates kept."""

from datetime import date, datetime
from sqlite3 import Connection, Row
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
from departments.population_cars import cars

TRANSFER, SEND, KEEP = "GA-JG-0701", "GA-JG-0702", "GA-JG-0703"
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
BLOCKED: Final = "《机动车登记规定》（公安部令第164号）"


def _seed(db: Connection, world: World) -> None:
    db.executemany(
        "insert into jdc values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(one.plate, one.vin, one.engine, one.kind, one.brand, world.people[one.owner].id_number),
                *(f"{one.registered_on:%Y%m%d}", f"{one.inspected_until:%Y%m%d}"),
                *(f"{one.insured_until:%Y%m%d}", f"{one.scrap_due_on:%Y%m%d}"),
                *(one.mortgaged, one.sealed, one.violations),
            )
            for one in cars(world)
        ),
    )


def _car(db: Connection, asked: Asked) -> Answer:
    told = asked.json().get("cxtj")
    if not isinstance(told, dict):
        raise Unreadable("cxtj")
    row = db.execute(
        "select * from jdc where hphm = ? and syr = ?",
        (str(told.get("hphm", "")).replace(" ", "").upper(), told.get("gmsfhm")),
    ).fetchone()
    if row is None:
        return Answer.json({"code": "1001", "msg": "未查询到机动车", "data": None})
    facts = {
        **{
            name: row[name] for name in ("cjh", "fdjh", "cllx", "ppxh", "ccdjrq", "jyyxqz", "jqxzzrq", "bfqz")
        },
        "sfdy": str(row["sfdy"]),
        "sfcf": str(row["sfcf"]),
        "wclwfs": row["wclwfs"],
    }
    return Answer.json({"code": "0000", "msg": "成功", "data": facts})


def _decide(db: Connection, matter: Matter, today: date) -> Decision:
    sj = matter.fields
    plate = str(sj.get("cl_hphm") or "").replace(" ", "").upper()
    if matter.item == KEEP:
        return _keep(db, sj, plate, today)
    row = db.execute("select * from jdc where hphm = ?", (plate,)).fetchone()
    if row is None or row["cjh"] != sj.get("cl_cjh"):
        return correction(_wrong("cl_cjh", "车牌号和车辆识别代号对不上。"))
    if row["syr"] != sj.get("cmf_gmsfhm"):
        return rejected("JG03", "卖方不是登记的机动车所有人。", BLOCKED)
    buyer = db.execute("select xm from czrk where gmsfhm = ?", (sj.get("mf_gmsfhm"),)).fetchone()
    if buyer is None or buyer["xm"] != sj.get("mf_xm"):
        return correction(_wrong("mf_xm", "买方姓名和公民身份号码对不上。"))
    if not sj.get("jy_escfph"):
        return correction(_wrong("jy_escfph", "没有二手车发票号。"))
    return _blocked(row) or (_transfer if matter.item == TRANSFER else _send)(db, sj, row, today)


def _blocked(row: Row) -> Decision | None:
    """不予办理: seized, mortgaged, or violations not settled."""
    for name, code, text in (
        ("sfcf", "JG05", "机动车被查封。"),
        ("sfdy", "JG06", "机动车在抵押登记期间。"),
        ("wclwfs", "JG07", "有未处理的道路交通安全违法行为。"),
    ):
        if row[name]:
            return rejected(code, text, BLOCKED)
    return None


def _transfer(db: Connection, sj: dict[str, Any], row: Row, today: date) -> Decision:
    serial = next_serial(db, "hphm")
    plate = f"湘A{LETTERS[serial % 24]}{90000 + serial % 10000:05d}"[:8]
    db.execute(
        "insert into jhp values (?, ?, ?, ?)", (row["hphm"], row["syr"], row["ccdjrq"], f"{today:%Y%m%d}")
    )
    db.execute("update jdc set hphm = ?, syr = ? where hphm = ?", (plate, sj["mf_gmsfhm"], row["hphm"]))
    paper = Paper(code="JDCXSZ", number=plate, issued_on=today)
    return approved({"cl_xhphm": plate, "cl_zydjrq": f"{today:%Y%m%d}"}, paper)


def _send(db: Connection, sj: dict[str, Any], row: Row, today: date) -> Decision:
    region = str(sj.get("jy_zrd") or "")
    if len(region) != 6 or region.startswith("4301"):  # noqa: PLR2004, GB/T 2260
        return correction(_wrong("jy_zrd", "转入地没有写，或者就是本地。"))
    db.execute("delete from jdc where hphm = ?", (row["hphm"],))
    number = f"ZJ{region}{today:%Y%m%d}{next_serial(db, 'zj'):05d}"
    plate = Paper(code="LSHP", number=f"临{next_serial(db, 'lshp'):06d}", issued_on=today)
    return approved({"jy_dzdah": number}, plate)


def _keep(db: Connection, sj: dict[str, Any], plate: str, today: date) -> Decision:
    """保留号牌: the number was used for a year, and its car has another one now."""
    old = db.execute("select * from jhp where hphm = ? and syr = ?", (plate, sj.get("cmf_gmsfhm"))).fetchone()
    if old is None:
        return correction(_wrong("cl_hphm", "这个号码不是申请人转让的车的原号牌。"))
    began = datetime.strptime(old["ccdjrq"], "%Y%m%d").date()  # noqa: DTZ007, a day
    if (today - began).days < 365:  # noqa: PLR2004, one year
        return rejected("JG08", "原号牌使用不满一年，不能保留。", BLOCKED)
    until = date(today.year + 2, today.month, min(today.day, 28))
    return approved({"cmf_hpblqz": f"{until:%Y%m%d}"})


def _described(world: World) -> list[Described]:
    car = cars(world)[0]
    asked = {"jkbh": "CX07", "cxtj": {"hphm": car.plate, "gmsfhm": world.people[car.owner].id_number}}
    return [
        Described(
            method="POST",
            path="/gaapi/jdcxx/cx",
            name="jdcxx",
            summary="机动车登记信息查询",
            request=asked,
            answer={"code": "0000", "msg": "成功", "data": {"cjh": car.vin}},
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="转让登记要和机动车登记、人口信息一致。",
        how="请核对行驶证、登记证书和身份证后重新填写。",
        law=BLOCKED,
    )


VEHICLES: Final = Desk(
    schema="""
        create table jdc (hphm text primary key, cjh text not null, fdjh text not null, cllx text not null,
            ppxh text not null, syr text not null, ccdjrq text not null, jyyxqz text not null,
            jqxzzrq text not null, bfqz text not null, sfdy integer not null, sfcf integer not null,
            wclwfs integer not null);
        create table jhp (hphm text primary key, syr text not null, ccdjrq text not null, zrrq text not null)
    """,
    tables=("jdc", "jhp"),
    items={TRANSFER: "vehicle_transfer_registration", SEND: "vehicle_file_transfer", KEEP: "plate_retention"},
    seed=_seed,
    lookups=(Lookup("jdcxx", "POST", "/gaapi/jdcxx/cx", _car),),
    decide=_decide,
    described=_described,
)
