"""公安: population and household registers; flat records with pinyin abbreviations, dates as ``20261120``.

Every message is ``{"jkbh", "xxid", …}``; every answer ``{"code": "0000", "msg", "data"}``; nobody found is
code ``1001`` with no data.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

import json
from datetime import date, datetime
from sqlite3 import Connection
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from departments import (
    public_security_death,
    public_security_family,
    public_security_marriage,
    public_security_seals,
)
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
from departments.population import PERSONAS, World, resident_id
from departments.public_security_vehicles import VEHICLES

CHINA: Final = ZoneInfo("Asia/Shanghai")
HKLB: Final = {"family": "JTH", "collective": "JTHT"}
"""户口类别: 家庭户, 集体户."""
CSDJ, HKQY, GZBA = "GA-HZ-0101", "GA-HZ-0301", "GA-ZA-0507"


class PublicSecurity(Department):
    """The public security bureau's household system."""

    code = "public_security"
    title = "人口与户政综合平台"
    schema = """
        create table czrk (gmsfhm text primary key, xm text not null, xb text not null, csrq text not null,
            mz text not null, gj text not null, hh text not null, yhzgx text not null, jzdz text not null,
            jzdqh text not null, hcbz integer not null default 1);
        create table hu (hh text primary key, hzxm text not null, hklb text not null, zz text not null,
            qh text not null);
        create table gzba (babh text primary key, tyshxydm text not null, mc text not null,
            sl integer not null)
    """
    tables = ("czrk", "hu", "gzba")
    desks = (
        public_security_seals.DESK,
        VEHICLES,
        public_security_marriage.DESK,
        public_security_family.DESK,
        public_security_death.DESK,
    )
    items: ClassVar = {CSDJ: "household_registration_newborn", HKQY: "household_move", GZBA: "seal_filing"}
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/gaapi/ywsl/tj",
        "supplement": "/gaapi/ywsl/bz",
        "withdraw": "/gaapi/ywsl/ch",
    }

    def seed(self, db: Connection, world: World) -> None:
        houses = {
            one.household_number: (
                one.household_number,
                one.household_head,
                HKLB[one.household_kind],
                one.address,
                one.region,
            )
            for one in world.people
        }
        db.executemany("insert into hu values (?, ?, ?, ?, ?)", houses.values())
        db.executemany(
            "insert into czrk values (?, ?, ?, ?, ?, 'CHN', ?, ?, ?, ?, 1)",
            (
                (
                    *(one.id_number, one.name, one.sex, f"{one.birth_date:%Y%m%d}", one.ethnic_group),
                    *(one.household_number, one.relation_to_head, one.address, one.region),
                )
                for one in world.people
            ),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (
            Lookup("rkjbxx", "POST", "/gaapi/rkjbxx/cx", self._person),
            Lookup("hjxx", "POST", "/gaapi/hjxx/cx", self._household),
        )

    def _person(self, db: Connection, asked: Asked) -> Answer:
        row = db.execute(
            "select gmsfhm, xm, xb, csrq, mz, gj, jzdz, jzdqh from czrk where gmsfhm = ?", (_key(asked),)
        ).fetchone()
        return _found(dict(row) if row else None)

    def _household(self, db: Connection, asked: Asked) -> Answer:
        row = db.execute(
            "select gmsfhm, hh, hklb, zz hjdz, qh hjqh, hzxm, yhzgx from czrk join hu using (hh)"
            " where gmsfhm = ?",
            (_key(asked),),
        ).fetchone()
        return _found(dict(row) if row else None)

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return Answer.json({"code": f"E{code}", "msg": text, "data": None}, status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = asked.json()
        fields, listed = body.get("ywsj", {}), body.get("clqd", [])
        if not isinstance(fields, dict) or not isinstance(listed, list):
            raise Unreadable("ywsj 为对象，clqd 为数组")
        for name in ("xxid", "ywlsh", "sxbm")[: 3 if kind == "submit" else 2]:
            if not isinstance(body.get(name), str) or not body[name]:
                raise Unreadable(name)
        return Taken(
            message_id=body["xxid"],
            dispatch_id=body["ywlsh"],
            item=body.get("sxbm", ""),
            fields=fields,
            materials=tuple(str(one["clbm"]) for one in listed if isinstance(one, dict) and "clbm" in one),
        )

    def receipt(self, number: str) -> Answer:
        return Answer.json({"code": "0000", "msg": "受理成功", "data": {"slbh": number}})

    def decide(self, db: Connection, matter: Matter, today: date) -> Decision:
        if matter.item == CSDJ:
            return self._newborn(db, matter.fields, today)
        if matter.item == HKQY:
            return self._move(db, matter.fields, today)
        return self._seals(db, matter.fields, today)

    def _newborn(  # noqa: PLR0911, one line per reason
        self, db: Connection, sj: dict[str, Any], today: date
    ) -> Decision:
        """出生登记: the mother must be ours, the names must be right, the day must be believable."""
        mother = db.execute("select * from czrk where gmsfhm = ?", (sj.get("mq_gmsfhm"),)).fetchone()
        if mother is None:
            return rejected("HZ01", "母亲的公民身份号码在人口库中不存在。", "《户口登记条例》第七条")
        if sj.get("mq_xm") != mother["xm"]:
            return correction(_wrong("mq_xm", "母亲姓名和人口库中的不一致。"))
        father = sj.get("fq_gmsfhm")
        if father and not db.execute("select 1 from czrk where gmsfhm = ?", (father,)).fetchone():
            return correction(_wrong("fq_gmsfhm", "父亲的公民身份号码在人口库中不存在。"))
        name, born = str(sj.get("xse_xm") or ""), _day(sj.get("xse_csrq"))
        if not 2 <= len(name) <= 20 or any(one.isdigit() for one in name):  # noqa: PLR2004, names
            return correction(_wrong("xse_xm", "姓名要用规范汉字，二至二十个字。"))
        if born is None or born > today:
            return correction(_wrong("xse_csrq", "出生日期晚于今天。"))
        if sj.get("xse_xb") not in {"1", "2"}:
            return correction(_wrong("xse_xb", "性别要填男或女。"))
        groups = {mother["mz"]} | ({str(sj["fq_mz"])} if sj.get("fq_mz") else set())
        group = sj.get("xse_mz") or mother["mz"]
        if group not in groups:
            return correction(_wrong("xse_mz", "民族要和父母一方相同。"))
        with_father = sj.get("xse_slhf") == "F" and father
        hh = _household_of(db, father if with_father else mother["gmsfhm"])
        serial = next_serial(db, f"sfz:{hh['qh']}:{born:%Y%m%d}:{sj['xse_xb']}")
        number = resident_id(hh["qh"], born, 900 + 2 * (serial - 1) % 96 + (1 if sj["xse_xb"] == "1" else 0))
        while db.execute("select 1 from czrk where gmsfhm = ?", (number,)).fetchone():
            serial = next_serial(db, f"sfz:{hh['qh']}:{born:%Y%m%d}:{sj['xse_xb']}")
            number = resident_id(
                hh["qh"], born, 900 + 2 * (serial - 1) % 96 + (1 if sj["xse_xb"] == "1" else 0)
            )
        db.execute(
            "insert into czrk values (?, ?, ?, ?, ?, 'CHN', ?, ?, ?, ?, 1)",
            (
                *(number, name, sj["xse_xb"], f"{born:%Y%m%d}", group, hh["hh"]),
                *("20" if sj["xse_xb"] == "1" else "30", hh["zz"], hh["qh"]),
            ),
        )
        page = Paper(code="HKBDJY", number=f"{hh['hh']}-{number[-6:]}", issued_on=today)
        return approved({"xse_gmsfhm": number, "xse_hh": hh["hh"], "xse_hjdz": hh["zz"]}, page)

    def _move(self, db: Connection, sj: dict[str, Any], today: date) -> Decision:
        person = db.execute("select * from czrk where gmsfhm = ?", (sj.get("mf_gmsfhm"),)).fetchone()
        if person is None:
            return rejected("HZ01", "申请人的公民身份号码在人口库中不存在。", "《户口登记条例》第十条")
        if not sj.get("fw_xcqzh"):
            return correction(_wrong("fw_xcqzh", "没有新的不动产权证号，无法核对房屋。"))
        qh = str(sj.get("fw_qh") or person["jzdqh"])
        hh = f"{qh}{700000 + next_serial(db, 'hh'):06d}"
        db.execute("insert into hu values (?, ?, 'JTH', ?, ?)", (hh, person["xm"], sj.get("fw_zl") or "", qh))
        db.execute("update czrk set hh = ?, yhzgx = '02' where gmsfhm = ?", (hh, person["gmsfhm"]))
        page = Paper(code="HKBQYY", number=f"{hh}-{person['gmsfhm'][-6:]}", issued_on=today)
        return approved({"mf_xhh": hh}, page)

    def _seals(self, db: Connection, sj: dict[str, Any], today: date) -> Decision:
        person = db.execute("select xm from czrk where gmsfhm = ?", (sj.get("fddbr_gmsfhm"),)).fetchone()
        if person is None or person["xm"] != sj.get("fddbr_xm"):
            return correction(_wrong("fddbr_gmsfhm", "法定代表人的姓名和公民身份号码对不上。"))
        number = f"43010{next_serial(db, 'gz'):08d}"
        db.execute(
            "insert into gzba values (?, ?, ?, ?)",
            (number, sj.get("qy_tyshxydm"), sj.get("qy_mc"), int(sj.get("qy_gzsl") or 1)),
        )
        return approved({"qy_gzbabh": number}, Paper(code="GZBAHZ", number=number, issued_on=today))

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        kinds = {"accepted": "SL", "correction": "BZ", "approved": "BJ", "rejected": "BYTY"}
        decision = reply.decision
        body = {
            "jkbh": "HZ01",
            "hzid": reply.reply_id,
            "ywlsh": reply.dispatch_id,
            "slbh": reply.receipt,
            "hzlx": kinds[reply.kind],
            "hzsj": _stamp(reply.at),
            "jgsj": decision.result,
            "zzqd": [
                {"zzlx": one.code, "zzbh": one.number, "fzrq": f"{one.issued_on:%Y%m%d}"}
                for one in decision.papers
            ],
            "bzqd": [
                {"zdmc": one.field, "wtms": one.what, "wtyy": one.why, "bzfs": one.how, "flyj": one.law}
                for one in decision.flaws
            ],
            "btyyy": [{"yydm": one.code, "yyms": one.text, "flyj": one.law} for one in decision.grounds],
        }
        return "application/json", json.dumps(body, ensure_ascii=False).encode()

    def document(self, world: World) -> dict[str, Any]:
        mother = world.people[PERSONAS["mother"]]
        birth = world.births[0]
        key = {"jkbh": "CX01", "cxtj": {"gmsfhm": mother.id_number}}
        person = {
            "gmsfhm": mother.id_number,
            "xm": mother.name,
            "xb": "2",
            "csrq": f"{mother.birth_date:%Y%m%d}",
        }
        sj = {"mq_gmsfhm": mother.id_number, "mq_xm": mother.name, "xse_xm": f"{mother.name[0]}安"}
        sj |= {"xse_csrq": f"{birth.born_on:%Y%m%d}", "xse_xb": birth.sex}
        head = {"jkbh": "YW01", "xxid": "EXAMPLE-1", "ywlsh": "EXAMPLE-1", "sxbm": CSDJ}
        bodies: dict[MessageKind, dict[str, Any]] = {
            "submit": {**head, "ywsj": sj, "clqd": []},
            "supplement": {**head, "xxid": "EXAMPLE-2", "ywsj": sj, "clqd": []},
            "withdraw": {**head, "xxid": "EXAMPLE-3"},
        }
        done = {"code": "0000", "msg": "受理成功", "data": {"slbh": "PU20261123000001"}}
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path="/gaapi/rkjbxx/cx",
                    name="rkjbxx",
                    summary="人口基本信息查询",
                    request=key,
                    answer={"code": "0000", "msg": "成功", "data": person},
                ),
                Described(
                    method="POST",
                    path="/gaapi/hjxx/cx",
                    name="hjxx",
                    summary="户籍信息查询",
                    request=key,
                    answer={"code": "0000", "msg": "成功", "data": {"hh": mother.household_number}},
                ),
                *(
                    Described(
                        method="POST",
                        path=self.paths[kind],
                        name=kind,
                        summary="业务申请",
                        request=body,
                        answer=done,
                    )
                    for kind, body in bodies.items()
                ),
            ],
        )


def _key(asked: Asked) -> str:
    wanted = asked.json().get("cxtj")
    if not isinstance(wanted, dict) or not isinstance(wanted.get("gmsfhm"), str):
        raise Unreadable("cxtj.gmsfhm")
    return str(wanted["gmsfhm"])


def _found(data: dict[str, Any] | None) -> Answer:
    if data is None:
        return Answer.json({"code": "1001", "msg": "未查询到数据", "data": None})
    return Answer.json({"code": "0000", "msg": "成功", "data": data})


def _household_of(db: Connection, number: Any) -> Any:
    return db.execute("select hu.* from czrk join hu using (hh) where gmsfhm = ?", (number,)).fetchone()


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="户口登记的内容要和证件、人口库一致。",
        how="请按证件重新填写这一项。",
        law="《户口登记条例》第七条",
    )


def _day(text: Any) -> date | None:
    try:
        return datetime.strptime(str(text), "%Y%m%d").replace(tzinfo=CHINA).date()
    except ValueError:
        return None


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y%m%d%H%M%S}"
