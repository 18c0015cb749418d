"""What every part of a draft is made with: the guide, the catalogue's names, the findings so far."""

from dataclasses import dataclass, field
from typing import Any

from tongban.catalogue.guides.limits import TimeLimit, as_limit
from tongban.catalogue.guides.matching import Index, Match
from tongban.catalogue.guides.parts import Gathering, Guide, Path, spelled
from tongban.catalogue.guides.sheets import Sheet
from tongban.catalogue.guides.words import Citation
from tongban.kernel.clock import Limit

TODO = "todo"
"""A code that is still to be written; it names nothing, so `catalogue check` finds it."""
TODO_TEXT = {"zh-hans": "TODO", "zh-hant": "TODO", "en": "TODO"}


def todo(text: str) -> dict[str, str]:
    """A text of which only the Chinese of the guide is known."""
    return {"zh-hans": text, "zh-hant": f"TODO {text}", "en": f"TODO {text}"}


@dataclass(slots=True)
class Draft:
    """What a guide became."""

    code: str
    name: str
    sheets: list[Sheet] = field(default_factory=list)
    matches: list[dict[str, Any]] = field(default_factory=list)
    """Each name of the guide: where, its name, what it matched and how well."""
    conditions: list[dict[str, Any]] = field(default_factory=list)
    """Each condition: where, its prose, the elements it names, the FEEL that is proposed or null."""
    found: Gathering = field(default_factory=Gathering)


class Desk:
    """The guide, the catalogue and the draft that is being written."""

    def __init__(self, guide: Guide, index: Index, draft: Draft) -> None:
        self.guide = guide
        self.index = index
        self.draft = draft
        self.found = draft.found
        self._unknown_laws: set[str] = set()
        self.unsaid: list[Path] = []
        """Limits in days of no said sort."""

    def tell(self, code: str, path: Path, message: str, hint: str) -> None:
        """Records a warning."""
        self.found.add(code, path, message, hint)

    def limit(self, limit: TimeLimit | None, words: str, path: Path) -> Limit | None:
        """The house's limit for one of the guide; what is against it is recorded (days of no sort once)."""
        if limit is None:
            return None
        reading = as_limit(limit, words)
        for one in reading.problems:
            if one.code == "limit.day_unsaid":
                self.unsaid.append(path)
            else:
                self.found.add(one.code, path, f"`{spelled(path)}`: {one.message}", one.hint, one.severity)
        return reading.value

    def match(self, kind: str, name: str, path: Path, match: Match | None) -> Match | None:
        """Records a match for the editor and gives it only when it is sure."""
        entry = match.to_json() if match else None
        self.draft.matches.append({"where": spelled(path), "kind": kind, "name": name, "match": entry})
        if match is None:
            return None
        if match.how not in {"exact", "short"}:
            taken = "is taken for" if match.sure else "was not taken for, but is near,"
            self.found.add(
                f"match.{match.how}",
                path,
                f"“{name}” {taken} `{kind}/{match.code}` “{match.name}” ({match.degree:.2f}, {match.how}).",
                "Check it: they may be the same, or two things.",
            )
        return match if match.sure else None

    def department(self, name: str, path: Path) -> Match | None:
        """The department of a name, recorded; None and a finding when the catalogue has none."""
        match = self.match("departments", name, path, self.index.department(name))
        if match is None:
            self.found.add(
                "match.no_department",
                path,
                f"The catalogue has no department “{name}”.",
                "Write departments/….yaml, or name the one that is meant.",
            )
        return match

    def laws(self, cited: tuple[Citation, ...], path: Path) -> list[dict[str, str]]:
        """References to the cited laws that are known, each with its articles; a finding for each other."""
        references: list[dict[str, str]] = []
        for one in cited:
            if one.title in self._unknown_laws:
                continue
            match = self.match("laws", one.title, path, self.index.law(one))
            if match is None:
                self._unknown_laws.add(one.title)
                self.found.add(
                    "match.no_law",
                    path,
                    f"The catalogue has no law “{one.title}”.",
                    "Write laws/….yaml with `verified: false` until somebody compared it.",
                )
                continue
            known = self.index.catalogue.laws[match.code].articles
            articles = [article for article in one.articles if article in known]
            for article in (name for name in one.articles if name not in known):
                self.found.add(
                    "match.no_article",
                    path,
                    f"`laws/{match.code}` has no {article}, which the guide cites.",
                    "Add the article to the law.",
                )
            references += [{"law": match.code, "article": article} for article in articles] or [
                {"law": match.code}
            ]
        return [one for place, one in enumerate(references) if one not in references[:place]]
