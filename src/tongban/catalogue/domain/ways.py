"""Alternatives: one whole group of values, or one of several documents, is enough.

An item's file says ``any_of``. Binding turns every group into plain needs that hold only when the group was
chosen (``choice.<event>__<name> = "2"``), so that whatever reads a bound item knows nothing of alternatives.
What was chosen is a value like any other, at an address of the role `CHOICE`, which no life event declares.
Two items that offer the same groups share one choice: nobody is asked twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from tongban.catalogue.domain.items import MaterialNeed, Need, ServiceItem, Way
from tongban.catalogue.domain.things import CodeEntry, CodeList, DataElement, Material
from tongban.catalogue.domain.values import LANGUAGES, Text, split

CHOICE = "choice"
"""The role of every choice's address."""
_MARKS = {"zh-hans": "、", "zh-hant": "、", "en": ", "}
_OF = Text("{role}的{names}", "{role}的{names}", "{names} of the {role}")
_WHICH = Text(
    "办理“{item}”，下面几种任选一种，您用哪一种？",
    "辦理「{item}」，下面幾種任選一種，您用哪一種？",
    "For “{item}” any one of these is enough. Which one will you use?",
)
_NAME = Text("“{item}”的办法", "「{item}」的辦法", "Way to do “{item}”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One plain question: which way. Answered for the person when one way is known to be open."""

    address: str
    element: DataElement
    code_list: CodeList
    ways: tuple[tuple[str, ...], ...]
    """The addresses of each way, or the key of its one document."""
    papers: bool
    """Whether the ways are documents."""

    def codes(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """Code and members of each way, in the order of the file."""
        return ((entry.code, way) for entry, way in zip(self.code_list.codes, self.ways, strict=True))


@dataclass(slots=True)
class Choices:
    """Gathers the choices of one life event while its items are bound."""

    event: str
    roles: Mapping[str, Text]
    """Role → what people call it."""
    elements: Mapping[str, DataElement]
    found: dict[tuple[object, ...], Choice] = field(default_factory=dict)

    def needs(self, item: ServiceItem, needs: Iterable[Need]) -> tuple[Need, ...]:
        """`needs` (already in the event's addresses) with every alternative taken apart."""
        plain: list[Need] = []
        for need in needs:
            if not need.any_of:
                plain.append(need)
                continue
            labels = need.ways or tuple(self._group(group) for group in need.any_of)
            name = need.choice or split(need.any_of[0][0])[1]
            choice = self._choice(item, need, need.any_of, labels, name, papers=False)
            for code, group in choice.codes():
                way = Way(choice=choice.address, code=code, when=need.when)
                plain += [
                    replace(need, element=address, any_of=(), ways=(), when=way.holds, way=way)
                    for address in group
                ]
        return tuple(plain)

    def materials(
        self, item: ServiceItem, needs: Iterable[MaterialNeed], known: Mapping[str, Material]
    ) -> tuple[MaterialNeed, ...]:
        """Documents with every alternative taken apart."""
        plain: list[MaterialNeed] = []
        for need in needs:
            if not need.any_of:
                plain.append(need)
                continue
            each = [replace(need, material=code, of=of, any_of=(), ways=()) for code, of in need.papers]
            labels = need.ways or tuple(self._paper(known[one.material], one.of) for one in each)
            name = need.choice or each[0].material
            choice = self._choice(item, need, tuple((one.id,) for one in each), labels, name, papers=True)
            for (code, _), one in zip(choice.codes(), each, strict=True):
                way = Way(choice=choice.address, code=code, when=need.when)
                plain.append(replace(one, when=way.holds, way=way))
        return tuple(plain)

    def _choice(
        self,
        item: ServiceItem,
        need: Need | MaterialNeed,
        ways: tuple[tuple[str, ...], ...],
        labels: tuple[Text, ...],
        name: str,
        *,
        papers: bool,
    ) -> Choice:
        mark = (papers, ways)
        if mark not in self.found:
            code = f"{self.event}__{name}"
            taken = {one.element.code for one in self.found.values()}
            while code in taken:
                code += "_"
            self.found[mark] = Choice(
                address=f"{CHOICE}.{code}",
                element=DataElement(
                    code=code,
                    name=_NAME.fill(item=item.name),
                    question=need.question or _WHICH.fill(item=item.name),
                    of=("event",),
                    type="code",
                    code_list=code,
                    grade="internal",
                ),
                code_list=CodeList(
                    code=code,
                    name=_NAME.fill(item=item.name),
                    codes=tuple(
                        CodeEntry(code=str(number), name=label) for number, label in enumerate(labels, 1)
                    ),
                ),
                ways=ways,
                papers=papers,
            )
        return self.found[mark]

    def _group(self, group: tuple[str, ...]) -> Text:
        """妈妈的户口簿编号、户口所在地."""
        by_role: dict[str, list[Text]] = {}
        for address in group:
            role, element = split(address)
            by_role.setdefault(role, []).append(self.elements[element].name)
        return joined(
            _OF.fill(role=self.roles[role], names=joined(names)) if role in self.roles else joined(names)
            for role, names in by_role.items()
        )

    def _paper(self, material: Material, of: str | None) -> Text:
        role = self.roles.get(of or "")
        return _OF.fill(role=role, names=material.name) if role else material.name


def joined(texts: Iterable[Text]) -> Text:
    """Texts in a row, with each language's mark between them."""

    def add(one: Text, other: Text) -> Text:
        left, right = one.to_json(), other.to_json()
        return Text(*(left[language] + _MARKS[language] + right[language] for language in LANGUAGES))

    return reduce(add, texts)
