"""Tables of identity."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from tongban.identity.domain import Hashed
from tongban.kernel.ids import new_id


class Person(models.Model):
    """A natural person as vouched for by the sign-in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.TextField()
    id_number = models.CharField(max_length=18, unique=True)
    sex = models.CharField(max_length=1)
    """GB/T 2261.1 code."""
    mobile = models.CharField(max_length=20, blank=True)
    region = models.CharField(max_length=12)
    """Code of the county where the person lives."""
    synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"person {self.id}"  # no name: this text reaches logs


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str | Hashed | None = None, **fields: object) -> "Account":
        """A new account; without a password nobody can sign in to it locally."""
        account = self.model(username=username, **fields)
        if isinstance(password, Hashed):
            account.password = password.make()
        else:
            account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Find by user name."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Something that can sign in: a person, a staff member, or both."""

    username = models.CharField(max_length=150, unique=True)
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT)
    display_name = models.TextField(blank=True)
    """How a staff member is shown to colleagues."""
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return f"account {self.pk}"


class StaffPost(models.Model):
    """One post of a staff member: a department, a region and roles."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="posts")
    department = models.CharField(max_length=60)
    region = models.CharField(max_length=12)
    roles = models.JSONField(default=list)
    ended_on = models.DateField(null=True, blank=True)
    skills = models.JSONField(default=list)
    """What it may work: codes of items, or `kind:<kind of item>`; empty: everything of its department."""
    away_from = models.DateField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)
    """The last day of an absence; null with `away_from`: until further notice."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "department", "region"], name="identity_one_post"),
        )

    def __str__(self) -> str:
        return f"post {self.pk} at {self.department}"


class SignInFailure(models.Model):
    """A sign-in that failed lately, counted once for its user name and once for its address."""

    key = models.CharField(max_length=64)
    """A keyed digest of the name or the address."""
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["key", "at"], name="identity_failure_key"),)

    def __str__(self) -> str:
        return f"failure {self.pk}"
