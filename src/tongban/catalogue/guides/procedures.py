"""Special procedures (现场踏勘, 检验检测, 听证, 公示 …) during which a limit may stand still.

Administrative Licensing Law art. 45 leaves out the time for hearing, tender, auction, inspection, testing,
quarantine, appraisal and expert review, when the applicant was told in writing how long it takes. A site
visit or a public notice is not in that list: a guide that leaves its time out must name another basis.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tongban.catalogue.guides.limits import TimeLimit, read_limit
from tongban.catalogue.guides.readings import Problem, Reading, placeholder, refuse, shown
from tongban.catalogue.guides.words import stands_for_nothing, tidy


class ProcedureKind(StrEnum):
    """What is done."""

    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    TESTING = "testing"
    """Inspection, testing or quarantine: 检验, 检测, 检疫."""
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    SITE_VISIT = "site_visit"
    PUBLIC_NOTICE = "public_notice"
    EXAMINATION = "examination"


IN_LAW = frozenset(
    {
        ProcedureKind.HEARING,
        ProcedureKind.TENDER,
        ProcedureKind.AUCTION,
        ProcedureKind.TESTING,
        ProcedureKind.APPRAISAL,
        ProcedureKind.EXPERT_REVIEW,
    }
)
"""What Administrative Licensing Law art. 45 lists."""
_WORDS: tuple[tuple[ProcedureKind, str], ...] = (
    (ProcedureKind.HEARING, r"听证"),
    (ProcedureKind.TENDER, r"招标|投标|招投标"),
    (ProcedureKind.AUCTION, r"拍卖"),
    (ProcedureKind.TESTING, r"检验|检测|检疫"),
    (ProcedureKind.APPRAISAL, r"鉴定"),
    (ProcedureKind.EXPERT_REVIEW, r"专家(?:评审|论证|评议|审查)|技术(?:评审|审查)|评审(?!费)"),
    (
        ProcedureKind.SITE_VISIT,
        r"(?:现场|实地|上门|入户)(?:踏勘|勘验|勘查|核查|审查|查看|检查|核实|验收|调查)|踏勘|勘验",
    ),
    (ProcedureKind.PUBLIC_NOTICE, r"公示|公告|征求(?:公众)?意见"),
    (ProcedureKind.EXAMINATION, r"考试|考核|体检"),
)
_NOT = (
    r"(?:不(?:需要?|必|用|涉及|进行|组织|经过)|无(?:需|须)?|没有|免于?)"
    r"(?:进行|组织|经过|开展)?[^,;。\n]{0,6}$"
)
_COUNTED_OUT = re.compile(
    r"不计(?:入|算)?|不(?:在|算)|除外|另(?:行)?计|暂停|中止|不(?:包)?(?:含|括)|扣除|停止计时"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One special procedure of an item."""

    kind: ProcedureKind
    words: str
    duration: TimeLimit | None = None
    """How long it takes, when the guide says so."""
    stops_clock: bool = False
    """Whether the guide says that its time is not counted."""

    @property
    def in_law(self) -> bool:
        """Whether Administrative Licensing Law art. 45 allows not to count it."""
        return self.kind in IN_LAW

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "kind": str(self.kind),
            "words": self.words,
            "duration": self.duration.to_json() if self.duration else None,
            "stops_clock": self.stops_clock,
            "in_law": self.in_law,
        }


def read_procedures(value: Any) -> Reading[tuple[Procedure, ...]]:  # noqa: PLR0911 - one per sort of value
    """The special procedures that a text, a list or an object names; ``None`` is absent. Never raises."""
    if value is None:
        return Reading()
    if isinstance(value, bool) or (isinstance(value, str) and tidy(value) in {"是", "有", "否", "0", "1"}):
        said = value if isinstance(value, bool) else tidy(value) in {"是", "有", "1"}
        if not said:
            return Reading(())
        return refuse(
            "procedure.unnamed",
            "The guide says that there is a special procedure and not which ({}).",
            "Name it and say how long it takes.",
            value,
        )
    text = "；".join(_texts(value))
    if not text:
        return refuse(
            "guide.wrong_type", "“{}” is no special procedure.", "Name it and say how long it takes.", value
        )
    if stands_for_nothing(text):
        return Reading(()) if tidy(text).startswith(("无", "没有", "不涉及")) else placeholder(text)
    found = _find(text)
    if not found and not re.search(r"无|不(?:需|涉及|用)|没有", tidy(text)):
        return refuse(
            "procedure.unknown",
            "“{}” names no special procedure that is known.",
            "Say which procedure it is and whether its time counts.",
            text,
        )
    return Reading(found, tuple(one for procedure in found for one in _problems(procedure)))


def _texts(value: Any, depth: int = 0) -> list[str]:
    """Every text in a value, an object's own texts joined: a name and its days belong together."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [str(value)]
    if depth > 4:  # noqa: PLR2004 - no guide nests deeper
        return []
    if isinstance(value, dict):
        return ["".join(part for child in value.values() for part in _texts(child, depth + 1))]
    if isinstance(value, list):
        return [part for child in value for part in _texts(child, depth + 1)]
    return []


def mentioned(text: str) -> tuple[Procedure, ...]:
    """The special procedures that prose says stop the clock (``听证所需时间不计算在内``)."""
    return tuple(one for one in _find(text) if one.stops_clock)


def _find(text: str) -> tuple[Procedure, ...]:
    found: dict[ProcedureKind, Procedure] = {}
    for clause in re.split(r"[;。\n]", tidy(text)):
        out = bool(_COUNTED_OUT.search(clause))
        marks = []
        for kind, pattern in _WORDS:
            match = re.search(pattern, clause)
            if match and not re.search(_NOT, clause[: match.start()].replace("不计", "").replace("不含", "")):
                marks.append((match.start(), match.end(), kind, match[0]))
        marks.sort()
        for index, (start, end, kind, words) in enumerate(marks):
            until = marks[index + 1][0] if index + 1 < len(marks) else len(clause)
            duration = read_limit(clause[end:until]).value
            if duration is None and len(marks) == 1:
                duration = read_limit(clause[:start]).value if not out else None
            found.setdefault(kind, Procedure(kind=kind, words=words, duration=duration, stops_clock=out))
    return tuple(found.values())


def _problems(procedure: Procedure) -> list[Problem]:
    problems = []
    words = shown(procedure.words)
    if procedure.duration is None:
        problems.append(
            Problem(
                code="procedure.no_duration",
                message=f"“{words}” is a special procedure without a duration.",
                hint="Say how long it takes; Administrative Licensing Law art. 45 wants the applicant told.",
                words=words,
            )
        )
    if procedure.stops_clock and not procedure.in_law:
        problems.append(
            Problem(
                code="procedure.not_in_law",
                message=f"The time for “{words}” is not counted, which art. 45 does not provide for.",
                hint="Name the law that allows it, or count the time.",
                words=words,
            )
        )
    return problems
