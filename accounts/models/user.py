"""A person who signs in. What a person may do comes from a membership, never from this row."""

from typing import ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.roles import ENTER_ADMIN_SITE
from core.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Makes people."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """An address as it is kept, of people and of whoever is invited: in small letters, also before the @, in which
        allauth looks for whoever signs in. Whatever takes an address in calls it."""
        return (email or "").strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person with a hashed password (none: cannot sign in until one is set)."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """By e-mail, whatever its case."""
        return self.get(email__iexact=username)


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the computer")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser):
    """A person. `is_platform_admin` runs the installation and sees no clinical data by it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"))
    title = models.CharField(_("title"), max_length=30, blank=True)
    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.SYSTEM)
    single_key_shortcuts = models.BooleanField(_("single-letter shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_platform_admin = models.BooleanField(_("platform administrator"), default=False)
    tour_dismissed = models.BooleanField(_("tour put away"), default=False)
    session_epoch = models.PositiveIntegerField(_("times all sessions were ended"), default=0, editable=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["given_name", "family_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="accounts_one_person_per_email"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_address_in_small_letters"),
        ]

    def __str__(self) -> str:
        return self.printed_name

    @property
    def printed_name(self) -> str:
        """Title, given name and family name, as on a signature."""
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to count; a new password or a higher `session_epoch` ends every older session."""
        return salted_hmac(
            "accounts.User.session", f"{self.session_epoch}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_full_name(self) -> str:
        """The printed name; Django's admin asks for it."""
        return self.printed_name

    def get_short_name(self) -> str:
        """The given name; Django's admin asks for it."""
        return self.given_name

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        return (self.given_name[:1] + self.family_name[:1]).upper()

    @property
    def is_staff(self) -> bool:
        """Whether the admin site may let this person in at all; it decides the rest by the actor."""
        return self.is_active and (
            self.is_platform_admin or self.memberships.active().filter(role__in=ENTER_ADMIN_SITE).exists()
        )

    @property
    def is_superuser(self) -> bool:
        """Always False: nobody bypasses permissions, and libraries that ask must hear it."""
        return False

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether a current grant gives `perm` on `obj`; asks the project's own backend, with no bypass."""
        return self.is_active and obj is not None and _granted(self, perm, obj)

    def has_perms(self, perm_list: list[str], obj: models.Model | None = None) -> bool:
        """All of them."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Never by itself: the admin site asks the actor."""
        return False

    def get_all_permissions(self, obj: models.Model | None = None) -> set[str]:
        """Empty: permissions are asked one by one, on an object."""
        return set()


def _granted(user: User, perm: str, obj: models.Model) -> bool:
    return any(backend.has_perm(user, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm"))
