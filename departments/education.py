"""教育: degrees; XML whose facts are attributes, words instead of codes.

Nobody found is ``<result found="0"/>``.
"""

# ruff: noqa: D102, what the methods are for stands once, on Department

from sqlite3 import Connection
from typing import Any, Final

from departments import _xml
from departments._kinds import Answer, Asked, Department, Lookup
from departments._openapi import Described, document
from departments.population import PERSONAS, World

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
    """The register of degrees."""

    code = "education"
    title = "学历信息查询系统"
    schema = """
        create table diploma (zjhm text primary key, xlcc text not null, byrq text not null)
    """
    tables = ("diploma",)

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

    def document(self, world: World) -> dict[str, Any]:
        founder = world.people[PERSONAS["founder"]]
        example = _xml.element("result", None, found="1")
        example.append(_xml.element("xuesheng", None, zjhm=founder.id_number))
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
                )
            ],
        )
