"""Joint review (联合审核): which risk calls which departments to co-sign, until when, and what follows.

A rule is data: when it holds, the departments it names each get a task of their own beside the leading
department's. What silence means and who may decide over an objection is said here and nowhere else, with the
law it rests on (a law that nobody compared with the official text says so itself: `verified`).
"""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

from dataclasses import dataclass
from typing import Literal

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.kinds import Address, Code, Count, DepartmentCode, MaterialOf
from tongban.catalogue.domain.things import LawRefs
from tongban.catalogue.domain.values import Text, member

Silence = Literal["waits", "agrees", "escalates"]
OverObjection = Literal["never", "clerk", "supervisor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A reason for which a department may object; it chooses and then writes what it found."""

    code: Code = member("objection", doc="code of the reason within the rule")
    text: Text = member(doc="the reason in words")
    law: LawRefs = member(doc="the law behind it", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRule:
    """A risk that several departments look at together."""

    code: Code = member("rule", doc="code of the rule within the item")
    when: Feel | None = member(doc="the risk, over the item's values; absent: always", default=None)
    departments: tuple[DepartmentCode, ...] = member(doc="departments that co-sign")
    reason: Text = member(doc="why they look at it together; the departments read it")
    law: LawRefs = member(doc="the law or rule behind it", default=())
    limit: Count | None = member(
        doc="working days within which they answer; the day they are asked is not counted; absent: none",
        default=None,
    )
    silence: Silence = member(
        doc="when the limit has passed without a word: it `waits` on, counts as `agrees`, "
        "or `escalates` to the leading department's own decision",
        default="waits",
    )
    over_objection: OverObjection = member(
        doc="who of the leading department may approve although somebody objects: `never` anybody, "
        "the `clerk`, or a `supervisor`; always with a written reason",
        default="never",
    )
    shows: tuple[Address, ...] = member(
        doc="values that a co-signing department sees, of those the item needs; "
        "absent: what `when` reads, without `when` everything the item needs",
        default=(),
    )
    papers: tuple[MaterialOf, ...] = member(
        doc="documents that a co-signing department sees; absent: none, without `when` all of the item's",
        default=(),
    )
    objections: tuple[Objection, ...] = member(doc="reasons to choose from when objecting", default=())

    @property
    def shown(self) -> tuple[str, ...] | None:
        """The addresses that co-signers see; None: everything the item needs."""
        if self.shows:
            return self.shows
        return None if self.when is None else tuple(sorted(self.when.names))


ALWAYS = Text(
    "这一项按规定由几个部门一起审查。",
    "這一項按規定由幾個部門一起審查。",
    "By its rules several departments review this item together.",
)


def always(departments: tuple[str, ...]) -> JointRule:
    """What an item's bare `joint` means: always, no limit, and nobody decides over an objection."""
    return JointRule(code="joint", departments=departments, reason=ALWAYS)
