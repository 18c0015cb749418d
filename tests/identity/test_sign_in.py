"""Signing in with a local account."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client

from tongban.identity import actions, queries
from tongban.identity.domain import Role
from tongban.identity.events import SignedIn, SignInRefused
from tongban.identity.models import Account, Person, StaffPost
from tongban.journal import queries as journal
from tongban.kernel.errors import Conflict
from tongban.kernel.numbers import make_resident_id

pytestmark = pytest.mark.django_db
ID = make_resident_id("430102", date(1994, 5, 20), 24)


def enrol(username: str = "mama", id_number: str = ID, password: str = "long-enough-1") -> Any:
    """A person with an account."""
    return actions.enrol_person(
        username=username,
        password=password,
        name="李明月",
        id_number=id_number,
        sex="2",
        mobile="13800138000",
        region="430102",
    )


def staff(username: str = "clerk", **changes: Any) -> int:
    """A clerk."""
    given: dict[str, Any] = {"department": "health", "region": "430102", "roles": [Role.CLERK]} | changes
    return actions.enrol_staff(username=username, password="long-enough-1", display_name="窗口一号", **given)


def reasons(stream: str) -> list[str]:
    """What was refused on a stream, in order."""
    return [event.data["reason"] for event in journal.stream(stream, [SignInRefused.TYPE])]


def test_the_right_password_signs_in_and_is_recorded() -> None:
    """The record says who and by which method."""
    person = enrol()
    account = authenticate(username="mama", password="long-enough-1")
    assert account is not None
    [event] = journal.stream(f"account:{account.pk}")
    assert (event.type, event.data) == (SignedIn.TYPE, {"method": "local"})
    assert (event.actor.kind, event.actor.id) == ("person", str(person))


def test_a_wrong_password_is_refused_and_recorded() -> None:
    """The account's own record shows that somebody tried."""
    enrol()
    account = Account.objects.get(username="mama")
    assert authenticate(username="mama", password="wrong") is None
    assert reasons(f"account:{account.pk}") == ["password"]


@pytest.mark.parametrize("name", ["nobody", "", "ma\x00ma", "x" * 400, "MAMA "])
def test_an_unknown_name_is_refused_and_recorded_without_the_name(name: str) -> None:
    """People type passwords and id numbers into the wrong field: what was typed is not kept."""
    enrol()
    assert authenticate(username=name, password="long-enough-1") is None
    [event] = journal.stream("sign-in")
    assert event.data == {"method": "local", "reason": "unknown"}
    assert event.actor.id == "unknown"


def test_an_inactive_account_is_refused_and_recorded() -> None:
    """A closed account stays closed with the right password, and its sessions end."""
    enrol()
    account = Account.objects.get(username="mama")
    browser = Client()
    assert browser.login(username="mama", password="long-enough-1")
    Account.objects.update(is_active=False)
    assert authenticate(username="mama", password="long-enough-1") is None
    assert reasons(f"account:{account.pk}") == ["inactive"]
    assert browser.get("/my/").status_code in {302, 404}
    assert not browser.get("/login").wsgi_request.user.is_authenticated


def test_every_refusal_costs_the_same_work(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Time does not tell whether a name exists: each way to fail computes one password hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)  # how many there are does not matter here
    enrol()
    enrol("gone", make_resident_id("430102", date(1990, 1, 2), 33))
    Account.objects.filter(username="gone").update(is_active=False)
    staff("no-password")
    Account.objects.filter(username="no-password").update(password="!unusable")
    work: list[int] = []
    original = PBKDF2PasswordHasher.encode

    def counted(self: Any, password: str, salt: str, iterations: int | None = None) -> Any:
        work.append(iterations or self.iterations)
        return original(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    costs = {}
    for name, password in (
        ("mama", "wrong"),
        ("nobody", "wrong"),
        ("no\x00body", "wrong"),
        ("gone", "long-enough-1"),
        ("gone", "wrong"),
        ("no-password", "wrong"),
    ):
        work.clear()
        assert authenticate(username=name, password=password) is None
        costs[name, password] = sum(work)
    assert len(set(costs.values())) == 1, costs
    assert min(costs.values()) > 0


def test_a_sign_in_without_name_or_password_is_none_of_our_business() -> None:
    """Another method's credentials pass by and leave no trace."""
    assert authenticate(token="t") is None
    assert journal.stream("sign-in") == []


def test_staff_stand_in_the_record_by_number() -> None:
    """A clerk's sign-in names the account, never the person's name."""
    number = staff()
    assert authenticate(username="clerk", password="long-enough-1") is not None
    [event] = journal.stream(f"account:{number}")
    assert (event.actor.kind, event.actor.id) == ("staff", str(number))


def test_enrolling_again_changes_nothing() -> None:
    """Starting the platform twice makes nobody twice and resets no password."""
    first = enrol()
    assert enrol(password="another-one-2") == first
    assert staff() == staff()
    assert (Person.objects.count(), Account.objects.count(), StaffPost.objects.count()) == (1, 2, 1)
    assert authenticate(username="mama", password="long-enough-1") is not None
    assert authenticate(username="mama", password="another-one-2") is None


def test_a_clerk_may_apply_with_the_same_account() -> None:
    """A staff account becomes a person's too; the post stays."""
    number = staff()
    person = enrol("clerk")
    account = Account.objects.get(pk=number)
    assert account.person_id == person
    assert queries.person_id_of("clerk") == person
    assert [post.department for post in queries.posts(account)] == ["health"]


def test_a_person_has_one_account() -> None:
    """A second account for the same identity number is refused in words."""
    enrol()
    with pytest.raises(Conflict, match="another name"):
        enrol("second")


def test_posts_are_what_somebody_holds_today() -> None:
    """A post that has ended gives no right; several posts stand side by side."""
    number = staff()
    staff(department="tax", roles=[Role.SUPERVISOR, Role.AUDITOR])
    account = Account.objects.get(pk=number)
    assert [(post.department, post.roles) for post in queries.posts(account)] == [
        ("health", frozenset({Role.CLERK})),
        ("tax", frozenset({Role.SUPERVISOR, Role.AUDITOR})),
    ]
    assert queries.colleagues("health", "430102") == [(number, "窗口一号")]
    assert queries.colleagues("tax", "430102") == []  # no clerk
    StaffPost.objects.filter(department="health").update(ended_on=date(2026, 11, 22))
    assert [post.department for post in queries.posts(account)] == ["tax"]
    assert queries.colleagues("health", "430102") == []


def test_what_the_sign_in_vouches_for() -> None:
    """Facts about a person by id and by number; nobody for an unknown one; no name in what reaches logs."""
    person = enrol()
    facts = queries.person(person)
    assert facts is not None
    assert (facts.name, facts.id_number) == ("李明月", ID)
    assert queries.person_by_id_number(ID) == facts
    assert queries.person_by_id_number("x") is None
    row = Person.objects.get()
    assert "李明月" not in str(row)
    assert ID not in str(row)
    assert "mama" not in str(Account.objects.get())
