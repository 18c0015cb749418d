"""Named mutations of identity."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from tongban.identity.domain import Role
from tongban.identity.models import Account, Person, StaffPost
from tongban.kernel.errors import Conflict


@transaction.atomic
def enrol_person(
    *,
    username: str,
    password: str,
    name: str,
    id_number: str,
    sex: str,
    mobile: str,
    region: str,
    synthetic: bool = False,
) -> UUID:
    """Make a person with a local account, or leave the one that exists as it is; returns the person's id.

    A staff account of that name becomes the person's, too, and keeps its password. Conflict when the person
    has an account of another name.
    """
    existing = Account.objects.filter(username=username).first()
    if existing is not None and existing.person_id is not None:
        return existing.person_id
    person, _ = Person.objects.get_or_create(
        id_number=id_number,
        defaults={"name": name, "sex": sex, "mobile": mobile, "region": region, "synthetic": synthetic},
    )
    if Account.objects.filter(person=person).exists():
        raise Conflict(
            "identity.person_enrolled",
            "This person has an account of another name.",
            hint="Sign in with that one.",
        )
    if existing is not None:
        existing.person = person
        existing.save(update_fields=["person"])
    else:
        Account.objects.create_user(username, password, person=person)
    return person.pk


@transaction.atomic
def enrol_staff(
    *, username: str, password: str, display_name: str, department: str, region: str, roles: Collection[Role]
) -> int:
    """Make a staff account with one post, or leave the one that exists as it is; returns the account's id."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        account = Account.objects.create_user(username, password, display_name=display_name)
    StaffPost.objects.get_or_create(
        account=account, department=department, region=region, defaults={"roles": sorted(roles)}
    )
    return account.pk
