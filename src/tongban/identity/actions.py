"""Named mutations of identity."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from tongban.identity.domain import Hashed, Role
from tongban.identity.events import PostChanged
from tongban.identity.models import Account, Person, StaffPost
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import Conflict, InvalidInput, NotFound


@transaction.atomic
def enrol_person(
    *,
    username: str,
    password: str | Hashed,
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
    *,
    username: str,
    password: str | Hashed,
    display_name: str,
    department: str,
    region: str,
    roles: Collection[Role],
) -> int:
    """Make a staff account with one post, or leave the one that exists as it is; returns the account's id."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        account = Account.objects.create_user(username, password, display_name=display_name)
    StaffPost.objects.get_or_create(
        account=account, department=department, region=region, defaults={"roles": sorted(roles)}
    )
    return account.pk


@transaction.atomic
def change_post(
    post_id: int,
    *,
    skills: Collection[str],
    away_from: date | None = None,
    away_until: date | None = None,
    actor: Actor,
) -> None:
    """Say what a post may work and when its holder is away; the same again changes nothing.

    Args:
        post_id: the post; NotFound `post.not_found` when there is none or it has ended.
        skills: codes of items, or `kind:<kind of item>`; empty: everything of the department.
        away_from: the first day of the absence; None: nobody is away.
        away_until: its last day; None: until further notice.
        actor: who says so.
    """
    row = StaffPost.objects.select_for_update().filter(pk=post_id, ended_on=None).first()
    if row is None:
        raise NotFound("post.not_found", "There is no such post.", hint="Look at the list again.")
    if away_until is not None and (away_from is None or away_until < away_from):
        raise InvalidInput("post.away", "The absence ends before it begins.", hint="Check both days.")
    wanted = sorted(set(skills))
    if (row.skills, row.away_from, row.away_until) == (wanted, away_from, away_until):
        return
    row.skills, row.away_from, row.away_until = wanted, away_from, away_until
    row.save(update_fields=["skills", "away_from", "away_until"])
    record(
        f"account:{row.account_id}",
        PostChanged(
            department=row.department,
            region=row.region,
            skills=wanted,
            away_from=away_from.isoformat() if away_from else "",
            away_until=away_until.isoformat() if away_until else "",
        ),
        actor=actor,
    )
