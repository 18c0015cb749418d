"""公安: seals of companies that change or close."""

from datetime import date
from sqlite3 import Connection
from typing import Final

from departments._desks import Desk
from departments._kinds import Decision, Flaw, Matter, approved, correction, rejected
from departments._store import next_serial

STRIKE_OFF, RENEW = "GA-ZA-0509", "GA-ZA-0508"


def decide(db: Connection, matter: Matter, today: date) -> Decision:
    """Seals are struck off once, after the company was; new ones are filed after a change."""
    sj = matter.fields
    code = str(sj.get("qy_tyshxydm") or "")
    if len(code) != 18:  # noqa: PLR2004, GB 32100
        return correction(_wrong("qy_tyshxydm", "统一社会信用代码不是十八位。"))
    if matter.item == RENEW:
        if not sj.get("qy_bgtzsbh"):
            return rejected("YZ06", "登记机关还没有办理变更。", "《印章业治安管理规定》")
        return approved({"qy_xyzbabh": f"XYZ{today.year}{next_serial(db, 'xyz'):06d}"})
    if not sj.get("qy_zxtzsbh"):
        return rejected("YZ04", "公司还没有注销。", "《印章业治安管理规定》")
    if db.execute("select 1 from yzzx where tyshxydm = ?", (code,)).fetchone():
        return rejected("YZ05", "印章已经注销。", "《印章业治安管理规定》")
    number = f"YZZX{today.year}{next_serial(db, 'yzzx'):06d}"
    db.execute("insert into yzzx values (?, ?)", (code, number))
    return approved({"qy_yzzxbh": number})


def _wrong(field: str, what: str) -> Flaw:
    return Flaw(
        field=field,
        what=what,
        why="要和印章备案一致。",
        how="请按营业执照重新填写。",
        law="《印章业治安管理规定》",
    )


DESK: Final = Desk(
    schema="create table yzzx (tyshxydm text primary key, zxbh text not null)",
    tables=("yzzx",),
    items={STRIKE_OFF: "seal_cancellation", RENEW: "seal_renewal"},
    decide=decide,
)
