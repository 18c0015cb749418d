"""What the tests of several rooms share: published content, people, clerks, cases opened as by submission.

A test imports the fixtures it wants into its room's `conftest.py`; the functions are for direct use.
"""

import datetime as dt
import hashlib
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import pytest
import time_machine
from PIL import Image

from tongban.casework import actions, running
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import calendars, check, queries
from tongban.catalogue.domain import BoundItem, Catalogue, text_to_content
from tongban.catalogue.folders import product_folder
from tongban.identity import actions as identity
from tongban.identity.domain import Post, Role
from tongban.kernel.ids import new_id, number_of
from tongban.kernel.numbers import make_credit_code, make_resident_id
from tongban.process.planner import Step, plan

PASSWORD = "a-long-enough-password"
PUBLISHED = dt.datetime(2026, 1, 1, 1, tzinfo=dt.UTC)
"""When the content was published."""
HOME = "430102"
"""The district of every test: Furong in Changsha."""
NAME = "李明月"
MOBILE = "13800138000"
PREFERRED = {
    "delivery_place": "hospital",
    "marital_status": "20",
    "nationality": "CHN",
    "id_document_type": "111",
    "plurality": 1,
    "receive_by": "online",
}
_serial = itertools.count(1)
_checked = cache(check.check_folder)


def content() -> Catalogue:
    """The content of this repository, read and checked once per run: that takes seconds."""
    found = _checked(product_folder())[0]
    assert found is not None
    return found


@contextmanager
def published() -> Iterator[Catalogue]:
    """The content of this repository as the current version; it is read and checked once per run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue_actions, "check_folder", _checked)
        queries.forget()
        running.forget()
        with time_machine.travel(PUBLISHED, tick=False):  # tests go to days of their own, also past ones
            catalogue_actions.publish()
    try:
        yield queries.current()
    finally:
        queries.forget()
        running.forget()


@pytest.fixture
def catalogue_published(db: None) -> Iterator[Catalogue]:
    """`published`, with the database that every test gets."""
    del db
    with published() as catalogue:
        yield catalogue


@pytest.fixture
def person(db: None) -> UUID:
    """Someone who may apply as a mother."""
    del db
    return enrol_person("mama", NAME, dt.date(1994, 5, 20), 24, "2")


@pytest.fixture
def stranger(db: None) -> UUID:
    """Someone else."""
    del db
    return enrol_person("other", "王建国", dt.date(1990, 1, 2), 33, "1")


def enrol_person(username: str, name: str, birth: dt.date, sequence: int, sex: str) -> UUID:
    """A person with an account."""
    return identity.enrol_person(
        username=username,
        password=PASSWORD,
        name=name,
        id_number=make_resident_id(HOME, birth, sequence),
        sex=sex,
        mobile=MOBILE,
        region=HOME,
        synthetic=True,
    )


def clerk_post(
    username: str, department: str, region: str = HOME, roles: Sequence[Role] = (Role.CLERK,)
) -> Post:
    """A staff member's post; the account is made when it does not exist."""
    account = identity.enrol_staff(
        username=username,
        password=PASSWORD,
        display_name=username,
        department=department,
        region=region,
        roles=roles,
    )
    return Post(1, account, department, region, frozenset(roles))


@cache
def picture(colour: str = "white") -> bytes:
    """A small real JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


def value_of(address: str, catalogue: Catalogue) -> Any:
    """A value that fits an element, as plain JSON; equal for equal addresses."""
    element = catalogue.element(address)
    if element.code in PREFERRED:
        return PREFERRED[element.code]
    if element.code_list:
        return catalogue.code_list(element.code_list).codes[0].code
    own = sum(address.encode())
    if element.format == "resident_id":
        return make_resident_id(HOME, dt.date(1994, 5, 20), 24 + 10 * (own % 50))
    by_kind = {
        "credit_code": make_credit_code(HOME, 7),
        "region": HOME,
        "boolean": True,
        "phone": MOBILE,
        "date": "2026-11-01",
        "datetime": "2026-11-01T08:30:00+08:00",
        "integer": int(element.min or 1),
        "decimal": str(element.min or 1),
        "money": str(element.min or 1),
    }
    plain = element.example or f"甲{own}"
    return by_kind.get(element.format or "", by_kind.get(str(element.type), plain))


def steps(bound: Sequence[BoundItem]) -> list[Step]:
    """The planner's steps of some items, as the form derives them for an ordinary applicant."""
    certificates = {code for one in bound for code in one.certificates}
    return [
        Step(
            code=one.code,
            department=one.item.department,
            limit=one.item.limits.promised,
            needs=frozenset(
                {need.element for need in one.needs}
                | {
                    f"certificate:{way.certificate}"
                    for material in one.materials
                    for way in material.replacements
                    if way.certificate in certificates - set(one.certificates)
                }
            ),
            produces=frozenset({*one.produces, *(f"certificate:{code}" for code in one.certificates)}),
        )
        for one in bound
    ]


def new_case(
    catalogue: Catalogue,
    person_id: UUID,
    event: str = "newborn",
    items: Sequence[str] = (),
    values: Mapping[str, Any] | None = None,
) -> actions.NewCase:
    """A submission as casework gets it: every value its items need but what siblings produce, every paper."""
    bound_event = catalogue.bound(event)
    bound = [one for one in bound_event.items if not items or one.code in items]
    now = dt.datetime.now(dt.UTC)
    calendar = calendars.current()
    laid_out = plan(steps(bound), calendar, now.astimezone(calendar.zone).date())
    produced = {address for one in bound for address in one.produces}
    wanted = {need.element for one in bound for need in one.needs} - produced
    known = {address: value_of(address, catalogue) for address in sorted(wanted)} | dict(values or {})
    keys = dict.fromkeys(one.key for item in bound for one in item.materials if not one.need.may_follow_days)
    return actions.NewCase(
        application_id=new_id(),
        number=number_of("TB", now.date(), next(_serial)),
        person_id=person_id,
        event_code=event,
        catalogue_version=catalogue.version,
        applicant_role=bound_event.event.applicant[0],
        region=HOME,
        submitted_at=now,
        promised_on=laid_out.promised_on,
        provisional=laid_out.provisional,
        items=tuple(one.code for one in bound),
        plan=laid_out.to_json(),
        figures={},
        values=tuple(
            actions.NewValue(address=address, value=value, kind="self_declared", at=now, verified=False)
            for address, value in known.items()
        ),
        files=tuple(
            actions.NewFile(
                id=new_id(),
                material=key,
                name=f"{key}.jpg",
                media_type="image/jpeg",
                sha256=hashlib.sha256(picture()).hexdigest(),
                content=picture(),
            )
            for key in keys
        ),
    )


def open_case(
    catalogue: Catalogue,
    person_id: UUID,
    event: str = "newborn",
    items: Sequence[str] = (),
    values: Mapping[str, Any] | None = None,
) -> UUID:
    """Open a case of `event` with `items` (all of them when empty)."""
    return actions.open_case(new_case(catalogue, person_id, event, items, values))


def changed_catalogue(changes: Mapping[str, tuple[str, str]]) -> Catalogue:
    """Publish the product's content with texts of some YAML files replaced everywhere in the file."""
    changed = {kind: dict(things) for kind, things in content().content.items()}
    for file, (old, new) in changes.items():
        text = (product_folder() / file).read_text(encoding="utf-8")
        assert old in text, f"{file} holds no {old!r}"
        kind, _, code = file.removesuffix(".yaml").partition("/")
        changed[kind][code] = text_to_content(kind, code, text.replace(old, new))
    catalogue_actions.publish_content(changed)
    queries.forget()
    running.forget()
    return queries.current()
