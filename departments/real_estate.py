"""自然资源: real estate registration; every object is a list of ``{"k", "v"}``, dates as ``20/11/2026``.

Keys are capital pinyin initials (``BDCQZH`` is the certificate's number); nobody found is an empty list.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date
from decimal import Decimal
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from departments import real_estate_homes, real_estate_projects
from departments._department import Department
from departments._kinds import (
    Answer,
    Asked,
    Callback,
    Decision,
    Flaw,
    Lookup,
    Matter,
    MessageKind,
    Paper,
    Taken,
    Unreadable,
    approved,
    correction,
    rejected,
)
from departments._openapi import Described, document
from departments._store import next_serial
from departments.population import BASE_YEAR, PERSONAS, World
from departments.real_estate_new_homes import NEW_HOMES

CHINA: Final = ZoneInfo("Asia/Shanghai")
FILING, TRANSFER = "WQBA", "ZYDJ"
SHARING: Final = {"sole": "0", "joint": "1", "shares": "2"}


class RealEstate(Department):
    """The real estate registration centre."""

    code = "real_estate"
    title = "不动产登记系统"
    schema = """
        create table fdcq (bdcqzh text primary key, bdcdyh text not null unique, qlr_zjh text not null,
            qlr_mc text not null, zl text not null, qh text not null, jzmj text not null, fwyt text not null,
            gyfs text not null, djsj text not null, sfdy integer not null, sfcf integer not null,
            tdzzrq text not null, szc integer not null, zcs integer not null, jgnf integer not null,
            xs integer not null default 1);
        create table wqht (htbh text primary key, bdcdyh text not null, jf text not null, yf text not null);
        create table qlr (zjh text primary key, mc text not null)
    """
    tables = ("fdcq", "wqht", "qlr")
    desks = (real_estate_projects.DESK, NEW_HOMES, real_estate_homes.DESK)
    items: ClassVar = {FILING: "sale_contract_filing", TRANSFER: "property_transfer"}
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/bdcdj/ywsq",
        "supplement": "/bdcdj/ywbz",
        "withdraw": "/bdcdj/ywch",
    }

    def seed(self, db: Connection, world: World) -> None:
        db.executemany(
            "insert into fdcq values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (
                (
                    *(one.certificate_number, one.unit_number, world.people[one.owner].id_number),
                    *(
                        world.people[one.owner].name,
                        one.address,
                        one.region,
                        f"{one.square_metres:.2f}",
                        one.use,
                    ),
                    *(SHARING[one.ownership], _day(one.registered_on), one.mortgaged, one.sealed),
                    *(_day(one.land_until), one.floor, one.floors, one.built_year),
                )
                for one in world.homes
            ),
        )
        db.executemany("insert into qlr values (?, ?)", ((one.id_number, one.name) for one in world.people))

    def lookups(self) -> tuple[Lookup, ...]:
        return (
            Lookup("bdcxx", "POST", "/bdcdj/cx/bdcxx", self._property),
            Lookup("fwts", "POST", "/bdcdj/cx/fwts", self._count),
        )

    def _property(self, db: Connection, asked: Asked) -> Answer:
        told = _record(asked)
        row = db.execute(
            "select * from fdcq where bdcqzh = ? and qlr_zjh = ? and xs = 1",
            (_as_registered(told.get("BDCQZH")), told.get("QLRZJH")),
        ).fetchone()
        if row is None:
            return Answer.json([])
        registered = row["djsj"]
        home = {
            **{name.upper(): row[name] for name in ("bdcdyh", "zl", "qh", "fwyt", "gyfs", "djsj", "tdzzrq")},
            "JZMJ": float(Decimal(row["jzmj"])),
            "CYNS": max(BASE_YEAR - int(registered[-4:]), 0),
            "SFDY": row["sfdy"],
            "SFCF": row["sfcf"],
            "SZC": row["szc"],
            "ZCS": row["zcs"],
            "JGNF": row["jgnf"],
        }
        return Answer.json(_pairs({"FW": home}))

    def _count(self, db: Connection, asked: Asked) -> Answer:
        number = _record(asked).get("QLRZJH")
        if db.execute("select 1 from qlr where zjh = ?", (number,)).fetchone() is None:
            return Answer.json([])
        count = db.execute(
            "select count(*) from fdcq where qlr_zjh = ? and xs = 1 and fwyt = '10'", (number,)
        ).fetchone()[0]
        return Answer.json(_pairs({"QLR": {"TS": count}}))

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json(_pairs({"CWDM": code, "CWXX": text}), status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = _record(asked)
        head, data, files = body.get("BWT"), body.get("SJ", {}), body.get("FJ", [])
        if not isinstance(head, dict) or not isinstance(files, list):
            raise Unreadable("BWT, FJ")
        for name in ("BWID", "YWLSH", "YWLX")[: 3 if kind == "submit" else 2]:
            if not isinstance(head.get(name), str) or not head[name]:
                raise Unreadable(f"BWT.{name}")
        return Taken(
            message_id=head["BWID"],
            dispatch_id=head["YWLSH"],
            item=head.get("YWLX", ""),
            fields=data if isinstance(data, dict) else {},  # an empty object is an empty list here
            materials=tuple(str(one.get("FJLX")) for one in files if isinstance(one, dict)),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json(_pairs({"JG": {"YWH": number}}))

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        seller, buyer = matter.fields.get("MCF") or {}, matter.fields.get("MSF") or {}
        home, sale = matter.fields.get("FW") or {}, matter.fields.get("JY") or {}
        certificate = _as_registered(home.get("BDCQZH"))
        row = db.execute("select * from fdcq where bdcqzh = ? and xs = 1", (certificate,)).fetchone()
        if row is None:
            return correction(_wrong("FW.BDCQZH", "登记簿上没有这个不动产权证号。"))
        if row["qlr_zjh"] != seller.get("ZJH"):
            return rejected("BDC03", "卖方不是登记簿上的权利人。", "《不动产登记暂行条例》第二十二条")
        for part, person in (("MCF", seller), ("MSF", buyer)):
            known = db.execute("select mc from qlr where zjh = ?", (person.get("ZJH"),)).fetchone()
            if known is None or known["mc"] != person.get("MC"):
                return correction(_wrong(f"{part}.MC", "姓名和身份证号码对不上。"))
        if row["sfcf"]:
            return rejected("BDC05", "房屋已被查封，不能办理。", "《不动产登记暂行条例》第二十二条")
        if matter.item == FILING:
            return self._file(db, row, buyer, sale, today)
        return self._transfer(db, row, buyer, sale, today)

    def _file(
        self, db: Connection, row: Any, buyer: dict[str, Any], sale: dict[str, Any], today: date
    ) -> Decision:
        if not isinstance(sale.get("CJJ"), int | float) or sale["CJJ"] <= 0:
            return correction(_wrong("JY.CJJ", "成交价不是有效的金额。"))
        number = f"WQ{today:%Y%m%d}{next_serial(db, 'wqht'):06d}"
        db.execute(
            "insert into wqht values (?, ?, ?, ?)", (number, row["bdcdyh"], row["qlr_zjh"], buyer["ZJH"])
        )
        return approved({"JY": {"HTBH": number}}, Paper(code="WQHT", number=number, issued_on=today))

    def _transfer(
        self, db: Connection, row: Any, buyer: dict[str, Any], sale: dict[str, Any], today: date
    ) -> Decision:
        contract = db.execute("select * from wqht where htbh = ?", (sale.get("HTBH"),)).fetchone()
        if contract is None or contract["yf"] != buyer["ZJH"] or contract["bdcdyh"] != row["bdcdyh"]:
            return correction(_wrong("JY.HTBH", "网签合同和这次过户的人或房屋对不上。"))
        if not sale.get("QSPZH"):
            return correction(_wrong("JY.QSPZH", "没有契税完税凭证号，未缴契税不能登记。"))
        number = f"湘（{today.year}）长沙市不动产权第{900000 + next_serial(db, 'bdcqzh'):07d}号"
        db.execute(
            "update fdcq set bdcqzh = ?, qlr_zjh = ?, qlr_mc = ?, djsj = ?, gyfs = '0' where bdcqzh = ?",
            (number, buyer["ZJH"], buyer["MC"], _day(today), row["bdcqzh"]),
        )
        result = {"FW": {"XBDCQZH": number, "DBSJ": _day(today)}}
        return approved(result, Paper(code="BDCQZS", number=number, issued_on=today))

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        kinds = {"accepted": "SL", "correction": "BZ", "approved": "DB", "rejected": "BYDJ"}
        decision = reply.decision
        body = {
            "BWT": {
                "BWID": reply.reply_id,
                "YWLSH": reply.dispatch_id,
                "YWH": reply.receipt,
                "ZT": kinds[reply.kind],
                "SJ": f"{reply.at.astimezone(CHINA):%d/%m/%Y %H:%M:%S}",
            },
            "JG": decision.result,
            "ZS": [
                {"ZSLX": one.code, "ZSBH": one.number, "FZRQ": _day(one.issued_on)} for one in decision.papers
            ],
            "BZX": [
                {"ZD": one.field, "WT": one.what, "YY": one.why, "FF": one.how, "YJ": one.law}
                for one in decision.flaws
            ],
            "LY": [{"DM": one.code, "SM": one.text, "YJ": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(_pairs(body), ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        seller, buyer = world.people[PERSONAS["seller"]], world.people[PERSONAS["buyer"]]
        home = world.homes[0]
        asked = {"BDCQZH": home.certificate_number, "QLRZJH": seller.id_number}
        data = {
            "MCF": {"ZJH": seller.id_number, "MC": seller.name},
            "MSF": {"ZJH": buyer.id_number, "MC": buyer.name},
            "FW": {"BDCQZH": home.certificate_number, "BDCDYH": home.unit_number},
            "JY": {"CJJ": 1500000},
        }
        head = {"BWID": "EXAMPLE-1", "YWLSH": "EXAMPLE-1", "YWLX": FILING}
        bodies: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
            "/bdcdj/cx/bdcxx": (
                "不动产信息查询",
                asked,
                {"FW": {"BDCDYH": home.unit_number, "JZMJ": 98.5, "SFDY": 0}},
            ),
            "/bdcdj/cx/fwts": ("住房套数查询", {"QLRZJH": seller.id_number}, {"QLR": {"TS": 1}}),
            self.paths["submit"]: ("业务申请", {"BWT": head, "SJ": data}, {"JG": {"YWH": "RE1"}}),
            self.paths["supplement"]: (
                "业务补正",
                {"BWT": {**head, "BWID": "EXAMPLE-2"}, "SJ": data},
                {"JG": {"YWH": "RE1"}},
            ),
            self.paths["withdraw"]: (
                "业务撤回",
                {"BWT": {**head, "BWID": "EXAMPLE-3"}},
                {"JG": {"YWH": "RE1"}},
            ),
        }
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path=path,
                    name=path.rpartition("/")[2],
                    summary=summary,
                    request=_pairs(body),
                    answer=_pairs(answer),
                )
                for path, (summary, body, answer) in bodies.items()
            ],
        )


def _pairs(content: Any) -> Any:
    if isinstance(content, dict):
        return [{"k": name, "v": _pairs(value)} for name, value in content.items()]
    return [_pairs(one) for one in content] if isinstance(content, list) else content


def _unpaired(content: Any) -> Any:
    if not isinstance(content, list):
        return content
    if content and all(isinstance(one, dict) and set(one) == {"k", "v"} for one in content):
        return {str(one["k"]): _unpaired(one["v"]) for one in content}
    return [_unpaired(one) for one in content]


def _record(asked: Asked) -> dict[str, Any]:
    try:
        found = _unpaired(json.loads(asked.body))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Unreadable('[{"k": …, "v": …}]')
    return found


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _as_registered(number: Any) -> str:
    """A certificate's number as the register writes it: people type the year in narrow brackets too."""
    return str(number or "").replace("(", "（").replace(")", "）").replace(" ", "")


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="登记要以登记簿和合同为准。",
        how="请核对不动产权证和合同后重新填写。",
        law="《不动产登记暂行条例》第十六条",
    )
