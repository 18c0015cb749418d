"""交通: haulage companies that exist already. Their trucks, their permit, one certificate per truck."""

from datetime import date, datetime
from sqlite3 import Connection
from typing import Any, Final
from zoneinfo import ZoneInfo

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
from departments.population import Vehicle, World

PERMIT, CERTIFICATE, FLEET = "freight_permit", "vehicle_certificate", "fleet_check"
GROSS_KG: Final = {
    "light_truck": 4495,
    "van": 3500,
    "medium_truck": 10500,
    "heavy_truck": 25000,
    "tractor": 25000,
}
FREE_KG, POSITIONED_KG = 4500, 12000
"""Up to this gross mass no permit is needed; from this one a positioning device is."""
CHINA: Final = ZoneInfo("Asia/Shanghai")


def technical(at: int, truck: Vehicle) -> tuple[int, str, bool]:
    """Gross kilograms, technical grade and whether the positioning device is connected."""
    gross = GROSS_KG[truck.kind]
    return gross, "III" if at % 11 == 4 else "II" if at % 2 else "I", gross >= POSITIONED_KG and at % 7 != 3  # noqa: PLR2004, they spread the cases


def seed(db: Connection, world: World) -> None:
    """One truck per company, as the register of trucks says."""
    for at, truck in enumerate(world.vehicles):
        db.execute("insert into fleet values (?, ?)", (world.companies[truck.owner].credit_code, truck.plate))
        db.execute("insert into technical values (?, ?, ?, ?)", (truck.plate, *technical(at, truck)))


def _params(asked: Asked) -> dict[str, Any]:
    found = asked.json().get("params")
    return found if isinstance(found, dict) else {}


def result(content: dict[str, Any]) -> Answer:
    """An answer of the RPC."""
    return Answer.json({"jsonrpc": "2.0", "id": 1, "result": content})


def _nobody(text: str) -> Answer:
    return Answer.json({"jsonrpc": "2.0", "id": 1, "error": {"code": -32004, "message": text}})


def _fleet(db: Connection, asked: Asked) -> Answer:
    rows = db.execute("select plate from fleet where uscc = ?", (_params(asked).get("uscc"),)).fetchall()
    # Of several trucks only the applicant can say which one is meant.
    return (
        result({"vehicle": {"plate": rows[0]["plate"]}}) if len(rows) == 1 else _nobody("no single vehicle")
    )


def _technical(db: Connection, asked: Asked) -> Answer:
    row = db.execute("select * from technical where plate = ?", (_params(asked).get("plate"),)).fetchone()
    if row is None:
        return _nobody("no such vehicle")
    record = {"gross_kg": row["gross_kg"], "grade": row["grade"], "gps": bool(row["gps"])}
    return result({"vehicle": {"plate": row["plate"], **record}})


def decide(  # noqa: PLR0911, one line per reason
    db: Connection, matter: Matter, today: date
) -> Decision:
    """The permit, or the certificate that goes with it."""
    data = matter.fields
    company, truck = data.get("company") or {}, data.get("vehicle") or {}
    if len(str(company.get("uscc") or "")) != 18:  # noqa: PLR2004, GB 32100
        return correction(_wrong("company.uscc", "统一社会信用代码不是十八位。"))
    if matter.item == FLEET:
        if not (data.get("contact") or {}).get("decision_no"):
            return rejected("HC01", "没有法院指定管理人的决定书。", "《企业破产法》第十三条")
        rows = db.execute("select count(*) from fleet where uscc = ?", (company["uscc"],)).fetchone()
        return approved({"company": {"vehicles_found": rows[0]}})
    if matter.item == CERTIFICATE:
        return _certificate(db, company, truck, today)
    person = data.get("driver") or {}
    row = db.execute("select * from driver where id_no = ?", (person.get("id_no"),)).fetchone()
    if row is None or row["qualification_no"] != person.get("qualification_no"):
        return correction(_wrong("driver.qualification_no", "驾驶员的从业资格证号对不上。"))
    if company.get("has_truck") and _owned(db, company, truck) is None:
        return correction(_wrong("vehicle.plate", "这辆车不在公司名下。"))
    if db.execute("select 1 from permit where uscc = ?", (company["uscc"],)).fetchone():
        return rejected("YZ02", "已经有道路运输经营许可证。", "《道路运输条例》第二十四条")
    number = f"湘交运管许可长字4301{next_serial(db, 'permit'):08d}号"
    db.execute("insert into permit values (?, ?)", (number, company["uscc"]))
    until = date(today.year + 4, today.month, min(today.day, 28))
    paper = Paper(code="HYXK", number=number, issued_on=today, valid_until=until)
    return approved({"company": {"permit_no": number}}, paper)


def _owned(db: Connection, company: dict[str, Any], truck: dict[str, Any]) -> Any:
    return db.execute(
        "select t.*, v.inspected_until from fleet f join technical t using (plate)"
        " join vehicle v using (plate) where f.uscc = ? and f.plate = ?",
        (company["uscc"], truck.get("plate")),
    ).fetchone()


def _certificate(db: Connection, company: dict[str, Any], truck: dict[str, Any], today: date) -> Decision:
    permit = db.execute("select permit_no from permit where uscc = ?", (company["uscc"],)).fetchone()
    if permit is None or permit["permit_no"] != company.get("permit_no"):
        return rejected("YZ07", "还没有道路运输经营许可证。", "《道路运输条例》第二十四条")
    row = _owned(db, company, truck)
    if row is None:
        return correction(_wrong("vehicle.plate", "这辆车不在公司名下。"))
    expires = datetime.strptime(row["inspected_until"], "%d-%m-%Y").replace(tzinfo=CHINA).date()
    if row["grade"] == "III" or expires < today:
        return rejected("YZ08", "车辆技术等级没有达到二级，或者检验过期。", "《道路货物运输及站场管理规定》")
    if row["gross_kg"] >= POSITIONED_KG and not row["gps"]:
        return rejected("YZ09", "卫星定位装置还没有接入平台。", "《道路货物运输及站场管理规定》")
    if db.execute("select 1 from certificate where plate = ?", (row["plate"],)).fetchone():
        return rejected("YZ10", "这辆车已经有道路运输证。", "《道路运输条例》第二十四条")
    number = f"湘交运管货字4301{next_serial(db, 'certificate'):08d}号"
    db.execute("insert into certificate values (?, ?)", (row["plate"], number))
    return approved({"vehicle": {"cert_no": number}}, Paper(code="DLYSZ", number=number, issued_on=today))


def described(world: World) -> list[Described]:
    """The two queries."""
    truck = world.vehicles[0]
    asked = {"uscc": world.companies[truck.owner].credit_code}
    answer = {"jsonrpc": "2.0", "id": 1, "result": {"vehicle": {"plate": truck.plate}}}
    return [
        Described(
            method="POST",
            path=f"/rpc/{name}",
            name=name.replace(".", "_"),
            summary=summary,
            request={"jsonrpc": "2.0", "id": 1, "method": name, "params": params},
            answer=answer,
        )
        for name, summary, params in (
            ("fleet.get", "企业车辆查询", asked),
            ("technical.get", "车辆技术档案查询", {"plate": truck.plate}),
        )
    ]


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="许可信息要和车辆、从业人员登记一致。",
        how="请核对行驶证和从业资格证后重新填写。",
        law="《道路运输条例》第二十一条",
    )


DESK: Final = Desk(
    schema="""
        create table fleet (uscc text not null, plate text primary key);
        create table technical (plate text primary key, gross_kg integer not null, grade text not null,
            gps integer not null);
        create table certificate (plate text primary key, cert_no text not null)
    """,
    tables=("fleet", "technical", "certificate"),
    items={
        PERMIT: "freight_permit",
        CERTIFICATE: "vehicle_transport_certificate",
        FLEET: "bankruptcy_vehicles_check",
    },
    seed=seed,
    lookups=(
        Lookup("fleet.get", "POST", "/rpc/fleet.get", _fleet),
        Lookup("technical.get", "POST", "/rpc/technical.get", _technical),
    ),
    decide=decide,
    described=described,
)
