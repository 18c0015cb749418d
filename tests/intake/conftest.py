"""Drafts over the published content, with registries that answer as they are told or that are real."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import (  # noqa: F401 - fixtures of this room
    catalogue_published,
    person,
    stranger,
)
from tests.intake.situations import FATHER_ID
from tongban.exchange.domain import Answer
from tongban.exchange.reads import Failed, Read
from tongban.intake import actions, prefill, queries
from tongban.kernel.ids import new_id

MARRIAGE = {
    "mother.marital_status": "20",
    "mother.marriage_certificate_number": "J430102-2020-000123",
    "mother.marriage_registered_on": "2020-05-20",
    "father.id_document_type": "111",
    "father.id_number": FATHER_ID,
    "father.name": "王建国",
    "father.marital_status": "20",
    "father.birth_date": "1992-03-04",
    "father.nationality": "CHN",
}
POPULATION = {
    "mother.name": "李明月",
    "mother.sex": "2",
    "mother.birth_date": "1994-05-20",
    "mother.ethnic_group": "01",
    "mother.nationality": "CHN",
    "mother.residence_address": "长沙市芙蓉区",
    "mother.residence_region": "430102",
}
FATHERS = {"father.ethnic_group": "01", "father.residence_address": "长沙市雨花区"}
OTHER_MANS = {"father.name": "赵六", "father.ethnic_group": "15", "father.residence_address": "别处"}


@dataclass
class Registries:
    """Stands where the exchange stands: gives what was asked for of what it was told, and remembers."""

    records: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """(resource, value of its key) → record."""
    down: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    meanwhile: Any = None

    def read_all(self, reads: Sequence[Read], *_: object, **__: object) -> list[Answer | Failed]:
        """The same as `exchange.reads.read_all`."""
        if self.meanwhile:
            self.meanwhile()
        found: list[Answer | Failed] = []
        for read in reads:
            [key] = read.key.values()
            self.asked.append((read.source.code, str(key), read.purpose.elements))
            self.reads.append(read)
            department = read.source.resource.department
            if read.source.code in self.down:
                found.append(Failed(read.source.code, department, "down"))
                continue
            record = self.records.get((read.source.code, str(key)))
            values = {name: one for name, one in (record or {}).items() if name in read.purpose.elements}
            found.append(
                Answer(
                    resource=read.source.code,
                    department=department,
                    query_id=new_id(),
                    at=datetime.now(UTC),
                    values=values,
                    found=record is not None,
                )
            )
        return found

    def of(self, resource: str) -> list[tuple[str, str, tuple[str, ...]]]:
        """What one registry was asked."""
        return [one for one in self.asked if one[0] == resource]


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch, person: UUID) -> Registries:  # noqa: F811 - the fixture
    """Registries that know the person, her marriage and her husband."""
    from tongban.identity import queries as identity

    facts = identity.person(person)
    assert facts is not None
    made = Registries(
        {
            ("population", facts.id_number): dict(POPULATION),
            ("marriage", facts.id_number): dict(MARRIAGE),
            ("population", FATHER_ID): dict(FATHERS),
        }
    )
    monkeypatch.setattr(prefill, "read_all", made.read_all)
    return made


@dataclass
class Desk:
    """One person's draft, in few words."""

    id: UUID
    person: UUID

    @property
    def view(self) -> queries.DraftView:
        """The draft as its pages show it."""
        return queries.draft(self.id, self.person)

    @property
    def asked(self) -> list[str]:
        """Addresses of its questions."""
        return [question.address for question in self.view.asked]

    @property
    def known(self) -> dict[str, Any]:
        """What is prefilled."""
        return {one.address: one.value for one in self.view.derivation.prefilled}

    def consent(self, *allowed: str) -> None:
        """Allow these registries, all of them when none is named."""
        actions.consent(
            self.id, self.person, set(allowed) or {line.resource.code for line in self.view.sources}
        )

    def answer(self, **typed: Any) -> list[str]:
        """Answer; gives the codes of what is wrong. `mother__name` is `mother.name`."""
        values = {name.replace("__", "."): value for name, value in typed.items()}
        return [fault.code for fault in actions.answer(self.id, self.person, values)]


@pytest.fixture
def desk(catalogue_published: object, person: UUID) -> Desk:  # noqa: F811 - the fixture
    """A newborn application that the mother has begun."""
    del catalogue_published
    return Desk(actions.start(person, "newborn", "mother"), person)
