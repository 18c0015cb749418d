"""Roles that several play: a life event bound once more, for the members that one application has.

The members of the role ``staff`` are the roles ``staff-1``, ``staff-2`` …; a number belongs to one member for
good and is not given again. An item that is done for each of them is taken once for every member, as
``item-1``; any other item needs a value of every member. After that each address names one value again, and
nothing downstream knows of lists but the conditions, which see the role as one (``count(staff)``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tongban.catalogue.domain.binding import BoundEvent, BoundItem, BoundMaterial, BoundSource
from tongban.catalogue.domain.events import Role
from tongban.catalogue.domain.feel import Feel
from tongban.catalogue.domain.items import MaterialNeed, Need, Way
from tongban.catalogue.domain.things import DataElement
from tongban.catalogue.domain.values import MEMBER, Text, renamed, split
from tongban.catalogue.domain.ways import CHOICE, Choice

Numbers = Mapping[str, tuple[int, ...]]
"""Role that several play → the numbers of its members, in order."""
Scope = Mapping[str, str]
"""Role that several play → the one member that is meant."""


def member(role: str, number: int | str) -> str:
    """The role of one member: ``staff-2``."""
    return f"{role}{MEMBER}{number}"


def collective(role: str) -> tuple[str, int | None]:
    """A member's role and number: ``staff-2`` is (``staff``, 2); any other role has no number."""
    name, _, number = role.partition(MEMBER)
    return (name, int(number)) if number.isascii() and number.isdigit() else (role, None)


def least(bound: BoundEvent) -> dict[str, tuple[int, ...]]:
    """The members an application begins with: as many as there must be."""
    return {name: tuple(range(1, role.many.min + 1)) for name, role in bound.event.roles.items() if role.many}


def numbered(name: Text, number: int) -> Text:
    """员工2, employee 2."""
    return Text(f"{name.zh_hans}{number}", f"{name.zh_hant}{number}", f"{name.en} {number}")


def expand(bound: BoundEvent, numbers: Numbers) -> BoundEvent:
    """`bound` for these members; the same when no role of it is played by several."""
    lists = {
        name: tuple(member(name, number) for number in numbers.get(name, ()))
        for name, role in bound.event.roles.items()
        if role.many
    }
    return _Expansion(bound, lists).event() if lists else bound


class _Expansion:
    """The work of `expand`."""

    def __init__(self, bound: BoundEvent, lists: Mapping[str, tuple[str, ...]]) -> None:
        self.bound = bound
        self.lists = lists
        self.whose = {choice.address: self._whose(choice) for choice in bound.choices}

    def event(self) -> BoundEvent:
        """Put the parts together."""
        event = self.bound.event
        roles: dict[str, Role] = {}
        for name, role in event.roles.items():
            if not role.many:
                roles[name] = role
            for one in self.lists.get(name, ()):
                number = collective(one)[1] or 0
                roles[one] = replace(role, many=None, name=numbered(role.name, number))
        situation = tuple(
            renamed(name, scope) for name in event.situation for scope in self._scopes([split(name)[0]])
        )
        return BoundEvent(
            event=replace(
                event,
                roles=roles,
                situation=situation,
                conditions=tuple(replace(one, when=self._of_all(one.when)) for one in event.conditions),
            ),
            items=tuple(item for template in self.bound.items for item in self._items(template)),
            sources=tuple(source for template in self.bound.sources for source in self._sources(template)),
            choices=tuple(choice for template in self.bound.choices for choice in self._choices(template)),
            lists=self.lists,
            many={name: role for name, role in event.roles.items() if role.many},
        )

    # -- scopes

    def _scopes(self, roles: Iterable[str]) -> list[Scope]:
        """One scope for each member of the first of `roles` that several play; one empty scope for none."""
        found = next((role for role in roles if role in self.lists), None)
        return [{found: one} for one in self.lists[found]] if found else [{}]

    def _of_all(self, when: Feel, scope: Scope | None = None) -> Feel:
        """A condition that reads roles as lists, but for the one that `scope` means."""
        lists = {role: ones for role, ones in self.lists.items() if role not in (scope or {})}
        return replace(when.renamed(scope) if scope else when, members=lists)

    def _maybe(self, when: Feel | None, scope: Scope) -> Feel | None:
        return self._of_all(when, scope) if when else None

    def _whose(self, choice: Choice) -> str | None:
        """The role that several play and whose members each make a choice."""
        names = [name for way in choice.ways for name in way]
        roles = [name.rpartition(".")[2] if choice.papers else split(name)[0] for name in names]
        return next((role for role in roles if role in self.lists), None)

    def _way(self, way: Way | None, scope: Scope) -> Way | None:
        if way is None:
            return None
        return Way(choice=self._chosen(way.choice, scope), code=way.code, when=self._maybe(way.when, scope))

    def _chosen(self, address: str, scope: Scope) -> str:
        """The address of a choice: of a member's own, ``choice-2.…``."""
        whose = self.whose[address] or ""
        if whose not in scope:
            return address
        return f"{member(CHOICE, collective(scope[whose])[1] or 0)}.{split(address)[1]}"

    # -- parts

    def _choices(self, choice: Choice) -> list[Choice]:
        def moved(name: str, scope: Scope) -> str:
            if not choice.papers:
                return renamed(name, scope)
            code, _, role = name.partition(".")
            return f"{code}.{scope.get(role, role)}" if role else code

        return [
            replace(
                choice,
                address=self._chosen(choice.address, scope),
                element=self._asked_of(choice, scope),
                ways=tuple(tuple(moved(name, scope) for name in way) for way in choice.ways),
            )
            for scope in self._scopes([self.whose[choice.address] or ""])
        ]

    def _asked_of(self, choice: Choice, scope: Scope) -> DataElement:
        """The question which way, with whose it is in front where each makes a choice of their own."""
        whose = self.whose[choice.address] or ""
        if whose not in scope:
            return choice.element
        who = numbered(self.bound.event.roles[whose].name, collective(scope[whose])[1] or 0)

        def of(text: Text) -> Text:
            return Text(
                f"{who.zh_hans}：{text.zh_hans}", f"{who.zh_hant}：{text.zh_hant}", f"{who.en}: {text.en}"
            )

        element = choice.element
        return replace(element, name=of(element.name), question=of(element.question or element.name))

    def _sources(self, source: BoundSource) -> list[BoundSource]:
        given = source.binding.roles
        formal = {role: role for role in source.resource.roles if role not in given.values()} | dict(given)
        return [
            BoundSource(
                binding=replace(
                    source.binding,
                    roles={name: scope.get(role, role) for name, role in formal.items()},
                    when=self._maybe(source.when, scope),
                ),
                resource=replace(
                    source.resource,
                    roles={scope.get(role, role): kind for role, kind in source.resource.roles.items()},
                    key=tuple(renamed(name, scope) for name in source.key),
                    answers=tuple(renamed(name, scope) for name in source.answers),
                ),
            )
            for scope in self._scopes(formal.values())
        ]

    def _items(self, item: BoundItem) -> list[BoundItem]:
        each = item.use.each or ""
        if each not in self.lists:
            return [self._item(item, {})]
        return [self._item(item, {each: one}) for one in self.lists[each]]

    def _item(self, template: BoundItem, scope: Scope) -> BoundItem:
        item, number = template.item, collective(next(iter(scope.values()), ""))[1]
        given = template.use.roles
        formal = {role: role for role in item.roles if role not in given.values()} | dict(given)
        played: dict[str, str] = {}
        for name, role in formal.items():
            if role in self.lists and role not in scope:
                played |= {member(name, collective(one)[1] or 0): one for one in self.lists[role]}
            else:
                played[name] = scope.get(role, role)
        materials = tuple(material for one in template.materials for material in self._materials(one, scope))
        title = item.name
        if number is not None:
            who = numbered(self.bound.event.roles[template.use.each or ""].name, number)
            title = Text(
                f"{title.zh_hans}（{who.zh_hans}）",
                f"{title.zh_hant}（{who.zh_hant}）",
                f"{title.en} ({who.en})",
            )
        return BoundItem(
            use=replace(template.use, roles=played, when=self._maybe(template.when, scope)),
            item=replace(
                item,
                name=title,
                roles={
                    role: item.roles[role if role in item.roles else collective(role)[0]]
                    for role in played.values()
                },
                needs=tuple(one for need in item.needs for one in self._needs(need, scope)),
                materials=tuple(material.need for material in materials),
                produces=replace(
                    item.produces,
                    elements=self._all(item.produces.elements, scope),
                    certificates=tuple(
                        replace(issued, holder=inner.get(issued.holder or "", issued.holder))
                        for issued in item.produces.certificates
                        for inner in self._inner([issued.holder or ""], scope)
                    ),
                ),
                rules=tuple(
                    replace(
                        rule,
                        when=self._maybe(rule.when, scope),
                        inputs={name: self._of_all(feel, scope) for name, feel in rule.inputs.items()},
                        names=self._all(rule.names, scope),
                    )
                    for rule in item.rules
                ),
                joint_review=tuple(
                    replace(
                        rule,
                        when=self._maybe(rule.when, scope),
                        inputs={name: self._of_all(feel, scope) for name, feel in rule.inputs.items()},
                        shows=self._all(rule.shows, scope),
                    )
                    for rule in item.joint_review
                ),
                region_of=next(iter(self._all((item.region_of,), scope)), None) if item.region_of else None,
                skip_when=self._maybe(item.skip_when, scope),
            ),
            materials=materials,
            member=number,
        )

    def _inner(self, roles: Iterable[str], scope: Scope) -> list[Scope]:
        """`scope`, and below it one for each member of a role of `roles` that it leaves open."""
        return [{**scope, **one} for one in self._scopes(role for role in roles if role not in scope)]

    def _all(self, names: Iterable[str], scope: Scope) -> tuple[str, ...]:
        """Addresses, those of a list as often as it has members."""
        found = (renamed(name, one) for name in names for one in self._inner([split(name)[0]], scope))
        return tuple(dict.fromkeys(found))

    def _needs(self, need: Need, scope: Scope) -> list[Need]:
        roles = [split(need.element)[0], (self.whose[need.way.choice] or "") if need.way else ""]
        found = []
        for inner in self._inner(roles, scope):
            way = self._way(need.way, inner)
            when = way.holds if way else self._maybe(need.when, inner)
            found.append(replace(need, element=renamed(need.element, inner), when=when, way=way))
        return found

    def _materials(self, material: BoundMaterial, scope: Scope) -> list[BoundMaterial]:
        need: MaterialNeed = material.need
        roles = [need.of or "", (self.whose[need.way.choice] or "") if need.way else ""]
        found = []
        for inner in self._inner(roles, scope):
            way = self._way(need.way, inner)
            when = way.holds if way else self._maybe(need.when, inner)
            moved = replace(need, of=inner.get(need.of or "", need.of), when=when, way=way)
            stand_ins = tuple(
                replace(one, elements=self._all(one.elements, inner)) for one in material.replacements
            )
            found.append(replace(material, need=moved, replacements=stand_ins, key=moved.id))
        return found
