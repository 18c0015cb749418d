"""Local accounts with a password: the method until OpenID Connect takes this place."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.http import HttpRequest

from tongban.identity import attempts
from tongban.identity.events import SignedIn, SignInHeld, SignInRefused
from tongban.identity.models import Account
from tongban.journal.actions import record
from tongban.journal.events import Actor
from tongban.kernel.errors import NotAllowed

METHOD = "local"


class LocalAccounts(BaseBackend):
    """Checks user name and password; records every success and refusal."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        """The account when the password fits, else None; as slow for an unknown name as for a wrong one.

        Raises: NotAllowed `sign_in.held` (429) when too many attempts failed lately; `until` says when to try
        again. Then the password is not even looked at.
        """
        if username is None or password is None:
            return None
        keys = attempts.keys_of(username, request)
        until = attempts.held_until(keys)
        if until is not None:
            raise NotAllowed(
                "sign_in.held", "Too many sign-ins failed.", hint="Try again later.", status=429,
                until=until.isoformat(),
            )  # fmt: skip
        # The database knows no NUL, so no name holds one.
        account = None if "\0" in username else Account.objects.filter(username=username).first()
        if account is None:
            Account().set_password(password)  # same work, so that time does not tell whether the name exists
            _refused(None, "unknown", keys)
            return None
        if not account.check_password(password) or not account.is_active:
            _refused(account, "password" if account.is_active else "inactive", keys)
            return None
        with transaction.atomic():
            attempts.succeeded(keys)
            record(f"account:{account.pk}", SignedIn(METHOD), actor=actor_of(account))
        return account

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session, with its person; None once it is inactive."""
        return Account.objects.select_related("person").filter(pk=user_id, is_active=True).first()


def actor_of(account: Account) -> Actor:
    """How an account stands in the journal: as its person when it has one, else as staff."""
    if account.person_id is not None:
        return Actor("person", str(account.person_id))
    return Actor("staff", str(account.pk))


def _refused(account: Account | None, reason: str, keys: dict[attempts.Limit, str]) -> None:
    with transaction.atomic():
        stream = f"account:{account.pk}" if account else "sign-in"
        actor = actor_of(account) if account else Actor("person", "unknown")
        record(stream, SignInRefused(METHOD, reason), actor=actor)
        for limit in attempts.failed(keys):
            record(stream, SignInHeld(METHOD, limit), actor=actor)
