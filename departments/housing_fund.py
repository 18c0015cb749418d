"""公积金: accounts, withdrawals and deposits; XML whose facts are attributes, amounts in 分, dates 20261120.

Every answer carries ``fhm``, a return code of its own: ``0000`` is good, ``E002`` means nobody found.
Names follow the industry's data standard (``GRZH`` the account, ``GRZHYE`` its balance, ``ZJHM`` the id).
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

from sqlite3 import Connection
from typing import Any, ClassVar, Final
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from departments import _xml
from departments._department import Department
from departments._kinds import Answer, Asked, Callback, Lookup, MessageKind, Taken, Unreadable
from departments._openapi import Described, document
from departments.housing_fund_members import MEMBERS
from departments.housing_fund_withdrawals import WITHDRAWALS
from departments.population import BASE_YEAR, PERSONAS, Person, World

CHINA: Final = ZoneInfo("Asia/Shanghai")
GOOD, NOBODY = "0000", "E002"
BORROWER, LEFT = 17, 23
"""Every 17th account has a loan, every 23rd is sealed: its holder has left the employer."""
ON_THEIR_OWN: Final = ("buyer", "seller")
"""Personas without an employer who pay in on their own account."""


class HousingFund(Department):
    """The housing provident fund centre."""

    code = "housing_fund"
    title = "住房公积金核心业务系统"
    schema = """
        create table grzh (zjhm text primary key, xingming text not null, grzh text not null unique,
            grzhzt text not null, grzhye integer not null, yjce integer not null, lxjcys integer not null,
            dkye integer not null, skyhdm text not null, skyhzh text not null, dwdm text not null);
        create table dwzh (dwzh text primary key, dwdm text not null unique, dwmc text not null);
        create table tiqu (ywlsh text primary key, grzh text not null, fse integer not null)
    """
    tables = ("grzh", "dwzh", "tiqu")
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/gjj/jy/2001",
        "supplement": "/gjj/jy/2002",
        "withdraw": "/gjj/jy/2003",
    }
    desks = (WITHDRAWALS, MEMBERS)

    def seed(self, db: Connection, world: World) -> None:
        alone = {PERSONAS[name] for name in ON_THEIR_OWN}
        db.executemany(
            "insert into dwzh values (?, ?, ?)",
            ((f"4301{at:06d}", one.credit_code, one.name) for at, one in enumerate(world.companies)),
        )
        db.executemany(
            "insert into grzh values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                _account(at, one, "" if one.employer is None else world.companies[one.employer].credit_code)
                for at, one in enumerate(world.people)
                if one.employer is not None or at in alone
            ),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("1001", "POST", "/gjj/jy/1001", self._account),)

    def _account(self, db: Connection, asked: Asked) -> Answer:
        told = _xml.read(asked, "Jiaoyi").get("Tiaojian")
        if not isinstance(told, dict) or not told.get("@ZJHM"):
            raise Unreadable("Tiaojian/@ZJHM")
        row = db.execute("select * from grzh where zjhm = ?", (told["@ZJHM"],)).fetchone()
        if row is None:
            return _answer(NOBODY, "无此职工账户")
        holder = {
            "XingMing": row["xingming"],
            **{name.upper(): str(row[name]) for name in ("zjhm", "grzh", "grzhzt", "grzhye", "yjce")},
            **{name.upper(): str(row[name]) for name in ("lxjcys", "dkye", "skyhdm", "skyhzh")},
        }
        return _answer(GOOD, "成功", JiaoCunRen=holder)

    def refusal(self, status: int, code: str, text: str) -> Answer:
        refused = _answer(f"E9{status}", f"{code} {text}")
        return Answer(status, refused.content_type, refused.body)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = _xml.read(asked, "Jiaoyi")
        head, data, shown = body.get("Tou"), body.get("Ti") or {}, body.get("Ying") or {}
        if not isinstance(head, dict) or not isinstance(data, dict) or not isinstance(shown, dict):
            raise Unreadable("Tou、Ti、Ying")
        for name in ("BWXH", "YWLSH", "YWDM")[: 3 if kind == "submit" else 2]:
            if not head.get(f"@{name}"):
                raise Unreadable(f"Tou/@{name}")
        return Taken(
            message_id=head["@BWXH"],
            dispatch_id=head["@YWLSH"],
            item=head.get("@YWDM", ""),
            fields=data,
            materials=tuple(
                str(one.get("@CLDM")) for one in _xml.many(shown.get("Xiang")) if isinstance(one, dict)
            ),
        )

    def receipt(self, number: str) -> Answer:
        answer = _xml.element("Yingda", None, fhm=GOOD, fhxx="成功")
        answer.append(_xml.element("Jieguo", None, SLBH=number))
        return _xml.answer(answer)

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        states = {"accepted": "YSL", "correction": "YBZ", "approved": "YBJ", "rejected": "YTH"}
        decision = reply.decision
        told = _xml.element("Tongzhi", None)
        head = {
            "BWXH": reply.reply_id,
            "YWLSH": reply.dispatch_id,
            "SLBH": reply.receipt,
            "ZT": states[reply.kind],
            "CLSJ": f"{reply.at.astimezone(CHINA):%Y%m%d%H%M%S}",
        }
        told.append(_xml.element("Tou", None, **head))
        if decision.result:
            body = _xml.element("Ti", None)
            body.extend(_xml.element(name, None, **facts) for name, facts in decision.result.items())
            told.append(body)
        told.extend(
            _xml.element("Zheng", None, ZZDM=one.code, ZZBH=one.number, FZRQ=f"{one.issued_on:%Y%m%d}")
            for one in decision.papers
        )
        told.extend(
            _xml.element("Bu", None, ZD=one.field, WT=one.what, YY=one.why, FF=one.how, YJ=one.law)
            for one in decision.flaws
        )
        told.extend(
            _xml.element("Tui", None, DM=one.code, SM=one.text, YJ=one.law) for one in decision.grounds
        )
        return "application/xml", _xml.write(told)

    def document(self, world: World) -> dict[str, Any]:
        holder = world.people[PERSONAS["buyer"]]

        def message(number: str, **parts: dict[str, str]) -> str:
            root = _xml.element("Jiaoyi", None)
            head = {"BWXH": number, "YWLSH": "EXAMPLE-1", "YWDM": "TQ-LTX"}
            root.append(_xml.element("Tou", None, **head))
            if parts:
                root.append(_body(parts))
            return _xml.write(root).decode()

        query = _xml.element("Jiaoyi", None)
        query.append(_xml.element("Tiaojian", None, ZJHM=holder.id_number))
        who = {"ZJHM": holder.id_number, "XingMing": holder.name}
        bodies = {
            "/gjj/jy/1001": ("个人账户信息查询", _xml.write(query).decode()),
            self.paths["submit"]: ("业务受理", message("EXAMPLE-1", ZhiGong=who)),
            self.paths["supplement"]: ("补正", message("EXAMPLE-2", ZhiGong=who)),
            self.paths["withdraw"]: ("撤回", message("EXAMPLE-3")),
        }
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="POST",
                    path=path,
                    name=f"jy{path.rpartition('/')[2]}",
                    summary=summary,
                    content_type="application/xml",
                    request=body,
                    answer_type="application/xml",
                    answer=self.receipt("HF20261123000001").body.decode(),
                )
                for path, (summary, body) in bodies.items()
            ],
        )


def _account(at: int, one: Person, employer: str) -> tuple[str | int, ...]:
    """An account as it stands: ten years at most are counted, 分 throughout."""
    deposit = 80_000 + at % 41 * 10_000
    months = min(max(BASE_YEAR - one.insured_since.year, 1) * 12, 120)
    left = at % LEFT == LEFT - 1
    owed = deposit * months if at % BORROWER == BORROWER - 1 else 0
    return (
        *(one.id_number, one.name, f"4301{at:08d}", "02" if left else "01", deposit * months, deposit),
        *(0 if left else months, owed, one.bank, one.bank_account, employer),
    )


def _body(parts: dict[str, dict[str, str]]) -> ET.Element:
    body = _xml.element("Ti", None)
    body.extend(_xml.element(name, None, **facts) for name, facts in parts.items())
    return body


def _answer(code: str, text: str, **parts: dict[str, str]) -> Answer:
    answer = _xml.element("Yingda", None, fhm=code, fhxx=text)
    if parts:
        found = _xml.element("Jieguo", None)
        found.extend(_xml.element(name, None, **facts) for name, facts in parts.items())
        answer.append(found)
    return _xml.answer(answer)
