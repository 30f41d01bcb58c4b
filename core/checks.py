"""System checks that refuse an unsafe start in production: at `manage.py check` and at the start of every process."""

from base64 import b64decode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Critical, Tags, register
from django.core.checks import Warning as Advice
from django.db import DatabaseError, connection

from core import clock
from core.audit.partitions import months

SEED = 32  # bytes of an Ed25519 key
IDLE = range(60, 30 * 60 + 1)  # seconds


@register(Tags.security)
def production_is_safe(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Each setting that must not reach production, with what to set instead."""
    if settings.ENVIRONMENT != "production":
        return []
    wrong: list[CheckMessage] = []
    if settings.DEBUG:
        wrong.append(Critical("DEBUG is on.", hint="Unset DEBUG.", id="consilium.C001"))
    if len(settings.SECRET_KEY) < 50 or "insecure" in settings.SECRET_KEY:
        wrong.append(Critical("SECRET_KEY is weak.", hint="Set at least 50 random characters.", id="consilium.C002"))
    if settings.DEMO:
        wrong.append(Critical("The demo's one-click sign-in is on.", hint="Unset DEMO.", id="consilium.C003"))
    if "*" in settings.ALLOWED_HOSTS or not settings.ALLOWED_HOSTS:
        wrong.append(Critical("Hosts are not named.", hint="List them in ALLOWED_HOSTS.", id="consilium.C004"))
    if not settings.SESSION_COOKIE_SECURE or not settings.CSRF_COOKIE_SECURE:
        wrong.append(Critical("Cookies go over http.", hint="Set PUBLIC_ORIGIN to https.", id="consilium.C005"))
    if settings.EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
        wrong.append(Critical("Mail is not delivered.", hint="Set EMAIL_URL to an SMTP server.", id="consilium.C006"))
    if _length_of(settings.AUDIT_SIGNING_KEY) != SEED:
        hint = "Set AUDIT_SIGNING_KEY to what `openssl rand -base64 32` prints, and keep a copy elsewhere."
        wrong.append(Critical("The record cannot be sealed.", hint=hint, id="consilium.C007"))
    if not settings.SECOND_FACTOR_REQUIRED:
        hint = "Unset SECOND_FACTOR_REQUIRED."
        wrong.append(Critical("A password alone opens patients' data.", hint=hint, id="consilium.C008"))
    if getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False):
        hint = "Remove MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN."
        wrong.append(Critical("Passkeys are taken from any origin.", hint=hint, id="consilium.C009"))
    if settings.SESSION_IDLE_AFTER not in IDLE:
        hint = "Set SESSION_IDLE_MINUTES to 1 to 30."
        wrong.append(Critical("A screen that nobody sits at stays open.", hint=hint, id="consilium.C013"))
    if not settings.AUDIT_ANCHOR_FILE and not settings.AUDIT_ANCHOR_COMMAND:
        hint = "Set AUDIT_ANCHOR_FILE or AUDIT_ANCHOR_COMMAND: see docs/operations.md."
        wrong.append(Advice("The seals of the record are copied nowhere.", hint=hint, id="consilium.W001"))
    return wrong


def _length_of(key: str) -> int:
    """In bytes; -1 of what is no base64."""
    try:
        return len(b64decode(key, validate=True))
    except ValueError:
        return -1


@register(Tags.database)
def production_time_is_real(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """A simulated database, or one whose role could disable its guards, is refused in production.

    Says nothing of a database that cannot answer yet: `manage.py migrate` asks this too, before it makes the tables.
    """
    try:
        return _wrong_with_the_database()
    except DatabaseError:
        return []


def _wrong_with_the_database() -> list[CheckMessage]:
    """Raises DatabaseError where it cannot be asked: not there, or not migrated."""
    if settings.ENVIRONMENT != "production":
        return []
    wrong: list[CheckMessage] = []
    if clock.is_simulated():
        wrong.append(
            Critical("This database's clock is simulated.", hint="Use a database of its own.", id="consilium.C010")
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            wrong.append(
                Critical("The application is a superuser.", hint="See docs/operations.md.", id="consilium.C011")
            )
    if not months().is_well:
        hint = "Run manage.py audit_partitions as the owner's role, and see that worker and beat run."
        wrong.append(Advice("The audit lacks tables for its coming months.", hint=hint, id="consilium.W002"))
    return wrong


def refuse_unsafe_start() -> None:
    """For the entry point of every process: end it with what is wrong, before it serves anybody.

    Asked in a thread of its own: an event loop may be running here, and no server inherits the connection.
    """

    def ask() -> list[CheckMessage]:
        try:
            return production_is_safe(None) + _wrong_with_the_database()
        except DatabaseError as error:
            hint = "Start PostgreSQL, correct DATABASE_URL, or run manage.py migrate."
            message = f"The database cannot be asked: {type(error).__name__}."
            return [Critical(message, hint=hint, id="consilium.C012")]
        finally:
            connection.close()

    if settings.ENVIRONMENT == "production":
        with ThreadPoolExecutor(1) as thread:
            if wrong := [each for each in thread.submit(ask).result() if each.is_serious()]:
                raise SystemExit("\n".join(f"{each.id} {each.msg} {each.hint}" for each in wrong))
