"""Named reads of identity."""

from uuid import UUID

from tongban.identity.domain import Clerk, PersonFacts, Post, Role
from tongban.identity.models import Account, Person, StaffPost


def person(person_id: UUID) -> PersonFacts | None:
    """What the sign-in vouches for about a person."""
    row = Person.objects.filter(pk=person_id).first()
    return _facts(row) if row else None


def person_by_id_number(number: str) -> PersonFacts | None:
    """The person with this resident identity number, if known here."""
    row = Person.objects.filter(id_number=number).first()
    return _facts(row) if row else None


def person_id_of(username: str) -> UUID | None:
    """The person behind a user name, None when there is none."""
    return Account.objects.filter(username=username).values_list("person_id", flat=True).first()


def username_of(person_id: UUID) -> str | None:
    """The user name that a person signs in with, None when they have no account."""
    return Account.objects.filter(person=person_id).values_list("username", flat=True).first()


def posts(account: Account) -> tuple[Post, ...]:
    """The staff posts that an account holds today."""
    return tuple(
        Post(row.pk, row.account_id, row.department, row.region, frozenset(Role(role) for role in row.roles))
        for row in StaffPost.objects.filter(account=account, ended_on=None).order_by("pk")
    )


def posts_of(username: str) -> tuple[Post, ...]:
    """The staff posts behind a user name; none when it is unknown."""
    account = Account.objects.filter(username=username).first()
    return posts(account) if account else ()


def colleagues(department: str, region: str) -> list[tuple[int, str]]:
    """Account ids and display names of a department's clerks in a region, for reassignment."""
    rows = StaffPost.objects.filter(department=department, region=region, ended_on=None).select_related(
        "account"
    )
    return [
        (row.account_id, row.account.display_name or row.account.username)
        for row in rows
        if Role.CLERK in row.roles
    ]


def clerks(department: str) -> tuple[Clerk, ...]:
    """Everyone who works as a clerk of a department today, wherever, by account; posts that ended are not."""
    rows = (
        StaffPost.objects.filter(department=department, ended_on=None, account__is_active=True)
        .select_related("account")
        .order_by("account_id", "pk")
    )
    return tuple(
        Clerk(
            post_id=row.pk,
            account_id=row.account_id,
            name=row.account.display_name or row.account.username,
            region=row.region,
            skills=frozenset(row.skills),
            away_from=row.away_from,
            away_until=row.away_until,
        )
        for row in rows
        if Role.CLERK in row.roles
    )


def posts_of_account(account_id: int) -> tuple[Post, ...]:
    """The staff posts that an account holds today, by the account's id."""
    account = Account.objects.filter(pk=account_id).first()
    return posts(account) if account else ()


def display_name(account_id: int) -> str:
    """How a staff member is shown; empty when unknown."""
    account = Account.objects.filter(pk=account_id).first()
    return (account.display_name or account.username) if account else ""


def _facts(row: Person) -> PersonFacts:
    return PersonFacts(
        id=row.pk, name=row.name, id_number=row.id_number, sex=row.sex, mobile=row.mobile, region=row.region
    )
