"""Decision rules of an item, a condition or a question to a decision table, and the one way to judge them."""

# ruff: noqa: RUF009 - `member` makes a dataclass field, which is what the rule wants

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Protocol

from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.kinds import Address, Code, DecisionCode, Keys, Pattern
from tongban.catalogue.domain.things import LawRefs
from tongban.catalogue.domain.values import Text, member, split
from tongban.kernel.errors import TongbanError
from tongban.rules import dmn
from tongban.rules.functions.strings import text_of

RESULT = "result"
"""What the condition of a rule calls that which its decision gave."""
INPUT = Keys(Pattern(r"\S(.{0,198}\S)?", "the name of an input of the decision"))


Problem = Literal["", "missing", "no_result", "failed"]


class Models(Protocol):
    """Where decision models are found: a catalogue."""

    def decided(self, code: str) -> dmn.Model:
        """The compiled model of a code. Raises: NotFound, InvalidInput, TooLarge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of a rule over the values of one application."""

    holds: bool | None
    """Whether its outcome follows; None when that cannot be told."""
    result: Any = None
    """What the decision gave, as a FEEL value."""
    problem: Problem = ""
    """Why it cannot be told by the decision: values are missing, no rule of the table fits them, the model or
    what it was asked is at fault. Empty for a plain condition: its unknown is an answer still to come."""
    missing: tuple[str, ...] = ()
    """Addresses without a value that the decision was asked with."""
    messages: tuple[str, ...] = ()
    """What the decision itself says, in English and without values."""

    @property
    def open(self) -> bool:
        """Whether the decision gave nothing although everything it asks is known: a person must look."""
        return self.problem in {"no_result", "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A decision rule: when it holds, the outcome is proposed with its reason.

    It holds when its condition `when` is true. With `decision` a decision model is asked first, and `when`
    may read its `result`; without `when` the decision itself must say true or false.
    """

    code: Code = member("rule", doc="code of the rule within the item")
    when: Feel | None = member(
        doc="when it holds; with `decision` it may read `result`, and may be left out when that is a truth",
        default=None,
    )
    decision: DecisionCode | None = member(
        doc="code of the decision model in decisions/ that is asked", default=None
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
    outcome: Literal["reject", "correct", "review"] = member(doc="what follows")
    reason: Text = member(doc="what the applicant is told; `{result}` is what the decision gave")
    law: LawRefs = member(doc="the law behind it", default=())
    names: tuple[Address, ...] = member(doc="addresses to correct", default=())
    models: Models | None = field(
        default=None, compare=False, repr=False, metadata={"name": None, "doc": "", "in_file": False}
    )
    """Where the decision is found; set when the item is bound to a life event."""

    def __post_init__(self) -> None:
        if self.when is None and self.decision is None:
            raise ValueError("A rule says when it holds: by a condition `when`, or by a `decision`.")
        if self.decision is None and (self.of or self.inputs):
            raise ValueError("`of` and `inputs` belong to a `decision`, which is not here.")

    @property
    def reads(self) -> frozenset[str]:
        """The addresses it reads."""
        if self.decision is None:
            return self.when.names if self.when else frozenset()
        return frozenset(reads(self.when, self.inputs))

    def judge(self, context: Mapping[str, Any]) -> Judgement:
        """Whether it holds over `context` (see `BoundEvent.context`), as `judge`."""
        return judge(
            context,
            when=self.when,
            decision=self.decision or "",
            of=self.of or "",
            inputs=self.inputs,
            models=self.models,
        )

    @property
    def plain(self) -> Text:
        """Its reason without any case: what a decision would give is left open."""
        return without_result(self.reason)

    def spoken(self, context: Mapping[str, Any]) -> "Rule | None":
        """The rule as it speaks over `context`, with this case's reason; None when it has nothing to say.

        A decision that could not be made speaks too: as a review, with why.
        """
        found = self.judge(context)
        if found.holds:
            return replace(self, reason=self.told(found))
        if found.problem:
            return replace(self, outcome="review", reason=self.told(found), names=())
        return None

    def told(self, judgement: Judgement) -> Text:
        """What people are told: its reason with the decision's result, or why nothing could be said."""
        if judgement.problem:
            return _OPEN[judgement.problem]
        value = judgement.result
        if not isinstance(value, Mapping):
            return self.reason.fill(result=said(value))
        parts = {f"result.{name}": said(one) for name, one in value.items()}
        return self.reason.fill(**parts)


def judge(
    context: Mapping[str, Any],
    *,
    when: Feel | None = None,
    decision: str = "",
    of: str = "",
    inputs: Mapping[str, Feel] | None = None,
    models: Models | None = None,
) -> Judgement:
    """Whether something that rests on a condition, a decision or both holds: rules, policies, indicators.

    It never raises and never passes silently: what the decision cannot say is told in `problem`.

    Args:
        context: values as `BoundEvent.context` or `rules.context` give them.
        when: a condition; with a decision it may read its `result`.
        decision: code of a decision model; empty: the condition alone counts, and it must be there.
        of: which decision of the model; empty: the one that no other decision needs.
        inputs: input of the decision → what gives its value.
        models: where the model is found: a catalogue.
    """
    if not decision:
        return Judgement(holds=when.holds(context) if when else None)
    given = inputs or {}
    verdict = _ask(context, decision, of, given, models)
    if isinstance(verdict, str):
        return Judgement(holds=None, problem="failed", messages=(verdict,))
    holds: Any = None
    messages = tuple(dict.fromkeys(f"{one.element}: {one.message}" for one in verdict.messages))
    if not verdict.failed and verdict.value is not None:
        holds = verdict.value
        if when is not None:
            holds = when.evaluate({**context, RESULT: verdict.value})
        if isinstance(holds, bool):
            return Judgement(holds=holds, result=verdict.value)
        messages = (*messages, _NEITHER if when else NO_TRUTH)
    missing = tuple(sorted(name for name in reads(when, given) if _at(context, name) is None))
    problem: Problem = "missing" if missing else "failed" if messages else "no_result"
    return Judgement(holds=None, result=verdict.value, problem=problem, missing=missing, messages=messages)


def _ask(
    context: Mapping[str, Any],
    decision: str,
    of: str,
    inputs: Mapping[str, Feel],
    models: Models | None,
) -> dmn.Verdict | str:
    """What the decision says, or why it cannot be asked."""
    if models is None:
        return "The decision is bound to no catalogue."
    try:
        model = models.decided(decision)
        return model.decide(of or model.main, {name: feel.evaluate(context) for name, feel in inputs.items()})
    except TongbanError as error:
        return error.detail


def reads(when: Feel | None, inputs: Mapping[str, Feel]) -> set[str]:
    """The addresses that a question to a decision reads; its `result` is none."""
    found = {name for feel in inputs.values() for name in feel.names}
    return found | {name for name in (when.names if when else ()) if not is_result(name)}


_NEITHER = "The condition says neither true nor false."
NO_TRUTH: Final = (
    "The decision says neither true nor false, and the rule has no `when` that reads its result."
)

_OPEN: dict[Problem, Text] = {
    "failed": Text(
        "决策表出错，这一条没能自动核对，请工作人员核对。",
        "決策表出錯，這一條沒能自動核對，請工作人員核對。",
        "The decision table failed here, so this could not be checked; a member of staff has to look at it.",
    ),
    "no_result": Text(
        "决策表里没有适合这种情况的规则，请工作人员核对。",
        "決策表裡沒有適合這種情況的規則，請工作人員核對。",
        "No rule of the decision table fits this case; a member of staff has to look at it.",
    ),
    "missing": Text(
        "有的内容没有填，这一条没能自动核对。",
        "有的內容沒有填，這一條沒能自動核對。",
        "Something is not filled in, so this could not be checked.",
    ),
}


_PLACE = re.compile(r"\{result[^}]*\}")


def without_result(reason: Text) -> Text:
    """A reason with the places of the decision's result left open."""
    return Text(*(_PLACE.sub("…", words) for words in (reason.zh_hans, reason.zh_hant, reason.en)))


def is_result(name: str) -> bool:
    """Whether a name in a condition is the decision's result or a part of it."""
    return name == RESULT or split(name)[0].partition(".")[0] == RESULT


def _at(context: Mapping[str, Any], address: str) -> Any:
    role, element = split(address)
    inner = context.get(role)
    return inner.get(element) if isinstance(inner, Mapping) else None


def said(value: Any) -> Text:
    """A FEEL value as people read it."""
    if isinstance(value, list):
        ones = [said(one) for one in value]
        return Text(
            "、".join(one.zh_hans for one in ones),
            "、".join(one.zh_hant for one in ones),
            ", ".join(one.en for one in ones),
        )
    if isinstance(value, date) and not isinstance(value, datetime):
        return Text(
            f"{value.year}年{value.month}月{value.day}日",
            f"{value.year}年{value.month}月{value.day}日",
            f"{value:%-d %B %Y}",
        )
    return Text.same(text_of(value))
