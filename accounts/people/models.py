"""Users and their roles."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The five seats that need an account (depicted subjects need none)."""

    USER = "user", _("User")
    STAFF = "staff", _("Provider staff")
    OFFICER = "officer", _("Compliance officer")
    REGULATOR = "regulator", _("Regulator")
    ADMIN = "admin", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Creates accounts; nobody has a password: log-in is by code."""


class User(AbstractBaseUser):
    """One account. Names, numbers and phones are only here through the vault."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return str(self.id)
