"""System checks that refuse an unsafe start in production: at `manage.py check` and at the start of every process."""

import ipaddress
import os
from base64 import b64decode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

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
    if settings.MFA_WEBAUTHN_USER_VERIFICATION != "required":
        hint = "Set MFA_WEBAUTHN_USER_VERIFICATION to required."
        wrong.append(Critical("Touching a passkey is enough, whoever does it.", hint=hint, id="consilium.C018"))
    if settings.SESSION_IDLE_AFTER not in IDLE:
        hint = "Set SESSION_IDLE_MINUTES to 1 to 30."
        wrong.append(Critical("A screen that nobody sits at stays open.", hint=hint, id="consilium.C013"))
    wrong += _in_the_clear()
    if not settings.AUDIT_ANCHOR_FILE and not settings.AUDIT_ANCHOR_COMMAND:
        hint = "Set AUDIT_ANCHOR_FILE or AUDIT_ANCHOR_COMMAND: see docs/operations.md."
        wrong.append(Advice("The seals of the record are copied nowhere.", hint=hint, id="consilium.W001"))
    if not settings.BREACHED_PASSWORDS_FILE:
        hint = "Set BREACHED_PASSWORDS_FILE: see docs/operations.md."
        wrong.append(Advice("No list of stolen passwords is asked.", hint=hint, id="consilium.W003"))
    elif not os.access(settings.BREACHED_PASSWORDS_FILE, os.R_OK):
        hint = "Set BREACHED_PASSWORDS_FILE to a file that this process can read."
        wrong.append(Critical("The list of stolen passwords cannot be read.", hint=hint, id="consilium.C017"))
    return wrong


def _in_the_clear() -> list[CheckMessage]:
    """What is sent to other machines without encryption, or to whoever says that it is the one (ASVS 5.0, V12.3)."""
    wrong: list[CheckMessage] = []
    database = settings.DATABASES["default"]
    options = database.get("OPTIONS", {})
    if not _is_here(options.get("host") or database.get("HOST", "")) and options.get("sslmode") != "verify-full":
        hint = "Add sslmode=verify-full to DATABASE_URL, and sslrootcert where the certificate is your own."
        wrong.append(Critical("PostgreSQL on another machine is not proved.", hint=hint, id="consilium.C014"))
    for address in (settings.REDIS_URL, settings.CELERY_BROKER_URL):
        parts = urlsplit(address)
        in_the_clear = parts.scheme not in {"unix", "redis+socket", "rediss"} and not _is_here(parts.hostname or "")
        if in_the_clear or "ssl_cert_reqs=none" in parts.query.lower():
            hint = "Give REDIS_URL (and CELERY_BROKER_URL) as rediss://, with the certificate checked."
            wrong.append(Critical("Valkey on another machine is not proved.", hint=hint, id="consilium.C015"))
            break
    if not _is_here(settings.EMAIL_HOST) and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        hint = "Give EMAIL_URL as smtp+tls:// or smtp+ssl://."
        wrong.append(Critical("Mail goes to another machine in the clear.", hint=hint, id="consilium.C016"))
    return wrong


def _is_here(host: str) -> bool:
    """Whether this is the same machine: a socket's folder, no name at all, or a loopback address."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
