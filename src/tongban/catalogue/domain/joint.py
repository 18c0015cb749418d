"""Joint review (联合审核): which risk calls which departments to co-sign, until when, and what follows.

A rule is data: when it holds, the departments it names each get a task of their own beside the leading
department's. What silence means and who may decide over an objection is said here and nowhere else, with the
law it rests on (a law that nobody compared with the official text says so itself: `verified`).
"""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.kinds import Address, Code, Count, DecisionCode, DepartmentCode, MaterialOf
from tongban.catalogue.domain.ruling import INPUT, NO_TRUTH, Models, judge, reads
from tongban.catalogue.domain.things import LawRefs
from tongban.catalogue.domain.values import Text, member
from tongban.rules.reviewing import Said

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
    """A risk that several departments look at together.

    What the risk is says a condition `when`, or a decision model. The decision gives a truth; or the codes of
    the departments that are asked, none of them meaning that there is no risk; or a context (a row of a table
    with several results) of `needed`, `departments` and `days`, or a list of such. It chooses among the
    departments of the rule: nobody else is ever asked, since who may see what is decided with the rule.
    """

    code: Code = member("rule", doc="code of the rule within the item")
    when: Feel | None = member(
        doc="the risk, over the item's values; with `decision` it may read `result`; "
        "absent, and no `decision`: always",
        default=None,
    )
    decision: DecisionCode | None = member(
        doc="code of the decision model in decisions/ that says whether there is a risk, "
        "and may say which departments look at it and in how many working days",
        default=None,
    )
    of: str | None = member(
        doc="which decision of the model, by name; absent: the one that no other decision asks", default=None
    )
    inputs: Annotated[Mapping[str, Feel], INPUT] = field(
        default_factory=dict,
        hash=False,
        metadata={
            "name": None,
            "doc": "input of the decision, by name → the address of its value, or FEEL over addresses",
            "in_file": True,
        },
    )
    departments: tuple[DepartmentCode, ...] = member(
        doc="departments that co-sign; with `decision` those among which it may choose"
    )
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
        "absent: what the rule reads; everything the item needs where it always holds",
        default=(),
    )
    papers: tuple[MaterialOf, ...] = member(
        doc="documents that a co-signing department sees; absent: none; all of the item's where the rule "
        "always holds",
        default=(),
    )
    objections: tuple[Objection, ...] = member(doc="reasons to choose from when objecting", default=())

    models: Models | None = field(
        default=None, compare=False, repr=False, metadata={"name": None, "doc": "", "in_file": False}
    )
    """Where the decision is found; set when the item is bound to a life event."""

    def __post_init__(self) -> None:
        if self.decision is None and (self.of or self.inputs):
            raise ValueError("`of` and `inputs` belong to a `decision`, which is not here.")

    @property
    def always(self) -> bool:
        """Whether it holds whatever the values are."""
        return self.when is None and self.decision is None

    @property
    def reads(self) -> frozenset[str]:
        """The addresses that it reads."""
        return frozenset(reads(self.when, self.inputs))

    @property
    def shown(self) -> tuple[str, ...] | None:
        """The addresses that co-signers see; None: everything the item needs."""
        if self.shows:
            return self.shows
        return None if self.always else tuple(sorted(self.reads))

    def called(self, context: Mapping[str, Any]) -> "JointRule | None":
        """The rule as it holds over `context`: whom it asks there, and until when; None when it does not.

        What cannot be told (a value of a condition is not known, no rule of the table fits, the table names
        somebody whom the rule does not) holds, and asks everybody: a risk is not assumed away.
        """
        if self.always:
            return self
        found = judge(
            context,
            when=self.when,
            decision=self.decision or "",
            of=self.of or "",
            inputs=self.inputs,
            models=self.models,
        )
        if found.holds is False:
            return None
        told = found.holds is True or found.messages == (NO_TRUTH,)
        said = Said.of(found.result) if self.decision and told else Said()
        if found.holds is None and not said.calls:
            return None
        return replace(self, departments=said.among(self.departments), limit=said.days or self.limit)


ALWAYS = Text(
    "这一项按规定由几个部门一起审查。",
    "這一項按規定由幾個部門一起審查。",
    "By its rules several departments review this item together.",
)


def always(departments: tuple[str, ...]) -> JointRule:
    """What an item's bare `joint` means: always, no limit, and nobody decides over an objection."""
    return JointRule(code="joint", departments=departments, reason=ALWAYS)
