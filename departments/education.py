"""教育: degrees and enrolment; XML whose facts are attributes, words instead of codes.

Nobody found is ``<result found="0"/>``.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

from sqlite3 import Connection
from typing import Any, ClassVar, Final
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from departments import _xml, education_enrolment
from departments._department import Department
from departments._kinds import Answer, Asked, Callback, Lookup, MessageKind, Taken, Unreadable
from departments._openapi import Described, document
from departments.population import PERSONAS, World

CHINA: Final = ZoneInfo("Asia/Shanghai")
LEVELS: Final = {
    "10": "研究生教育",
    "20": "大学本科教育",
    "30": "大学专科教育",
    "40": "中等职业教育",
    "60": "普通高级中学教育",
    "70": "初级中学教育",
    "80": "小学教育",
    "90": "其他教育",
}


class Education(Department):
    """The register of degrees and the schools' admissions."""

    code = "education"
    title = "教育信息平台"
    schema = """
        create table diploma (zjhm text primary key, xlcc text not null, byrq text not null)
    """
    tables = ("diploma",)
    paths: ClassVar[dict[MessageKind, str]] = {
        "submit": "/ruxue/shenqing",
        "supplement": "/ruxue/buzheng",
        "withdraw": "/ruxue/chexiao",
    }
    desks = (education_enrolment.DESK,)

    def seed(self, db: Connection, world: World) -> None:
        db.executemany(
            "insert into diploma values (?, ?, ?)",
            (
                (one.id_number, LEVELS[one.education], f"{one.graduated_on:%Y-%m-%d}")
                for one in world.people
                if one.graduated_on is not None
            ),
        )

    def lookups(self) -> tuple[Lookup, ...]:
        return (Lookup("xueli", "GET", "/xlcx/{zjhm}", self._degree),)

    def _degree(self, db: Connection, asked: Asked) -> Answer:
        row = db.execute("select * from diploma where zjhm = ?", (asked.path["zjhm"],)).fetchone()
        if row is None:
            return _xml.answer(_xml.element("result", None, found="0"))
        student = _xml.element("xuesheng", None, zjhm=row["zjhm"])
        student.append(_xml.element("xueli", None, cengci=row["xlcc"], biye=row["byrq"]))
        result = _xml.element("result", None, found="1")
        result.append(student)
        return _xml.answer(result)

    def refusal(self, status: int, code: str, text: str) -> Answer:
        return _xml.answer(_xml.element("result", None, found="0", error=code, text=text), status)

    def take(self, kind: MessageKind, asked: Asked) -> Taken:
        body = _xml.read(asked, "request")
        data, files = body.get("shuju") or {}, body.get("fujian") or {}
        if not isinstance(data, dict) or not isinstance(files, dict):
            raise Unreadable("shuju 和 fujian 为元素")
        for name in ("xxid", "lsh", "shixiang")[: 3 if kind == "submit" else 2]:
            if not body.get(f"@{name}"):
                raise Unreadable(f"@{name}")
        return Taken(
            message_id=body["@xxid"],
            dispatch_id=body["@lsh"],
            item=body.get("@shixiang", ""),
            fields=data,
            materials=tuple(
                str(one.get("@dm")) for one in _xml.many(files.get("wj")) if isinstance(one, dict)
            ),
        )

    def receipt(self, number: str) -> Answer:
        result = _xml.element("result", None, found="1")
        result.append(_xml.element("shouli", None, slh=number))
        return _xml.answer(result)

    def callback(self, reply: Callback) -> tuple[str, bytes]:
        states = {"accepted": "受理", "correction": "补正", "approved": "录取", "rejected": "退回"}
        decision = reply.decision
        told = _xml.element(
            "huizhi",
            None,
            hzid=reply.reply_id,
            lsh=reply.dispatch_id,
            slh=reply.receipt,
            zt=states[reply.kind],
            sj=f"{reply.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        )
        if decision.result:
            told.append(_tree("jieguo", decision.result))
        for one in decision.papers:
            told.append(_xml.element("zheng", None, lb=one.code, bh=one.number, rq=one.issued_on.isoformat()))
        for flaw in decision.flaws:
            told.append(
                _xml.element("bu", None, zd=flaw.field, wt=flaw.what, yy=flaw.why, ff=flaw.how, yj=flaw.law)
            )
        for ground in decision.grounds:
            told.append(_xml.element("tui", None, dm=ground.code, sm=ground.text, yj=ground.law))
        return "application/xml", _xml.write(told)

    def document(self, world: World) -> dict[str, Any]:
        founder = world.people[PERSONAS["founder"]]
        example = _xml.element("result", None, found="1")
        example.append(_xml.element("xuesheng", None, zjhm=founder.id_number))
        child = _tree("shuju", {"haizi": {"@zjhm": founder.id_number, "@xm": founder.name}})

        def told(serial: int, *inner: ET.Element, **more: str) -> str:
            request = _xml.element("request", None, xxid=f"EXAMPLE-{serial}", lsh="EXAMPLE-1", **more)
            request.extend(inner)
            return _xml.write(request).decode()

        bodies: dict[MessageKind, str] = {
            "submit": told(1, child, shixiang=education_enrolment.ENROL),
            "supplement": told(2, child),
            "withdraw": told(3),
        }
        good = self.receipt("ED20261123000001").body.decode()
        return document(
            self.title,
            self.code,
            [
                Described(
                    method="GET",
                    path="/xlcx/{zjhm}",
                    name="xueli",
                    summary="学历查询",
                    path_example={"zjhm": founder.id_number},
                    answer_type="application/xml",
                    answer=_xml.write(example).decode(),
                ),
                *(
                    Described(
                        method="POST",
                        path=self.paths[kind],
                        name=kind,
                        summary="入学办理",
                        content_type="application/xml",
                        request=body,
                        answer_type="application/xml",
                        answer=good,
                    )
                    for kind, body in bodies.items()
                ),
            ],
        )


def _tree(name: str, content: dict[str, Any]) -> ET.Element:
    """Facts as attributes (``@name``), parts as elements."""
    made = _xml.element(
        name, None, **{key[1:]: str(value) for key, value in content.items() if key[0] == "@"}
    )
    for key, value in content.items():
        if key[0] != "@":
            made.append(_tree(key, value))
    return made
