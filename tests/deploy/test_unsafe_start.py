"""What must never reach patients is refused in production, each with what to set instead."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test.utils import override_settings

from core.checks import production_is_safe, production_time_is_real

# The check reads the setting; the connection that is open stays as it is.
pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
SAFE = {
    "ENVIRONMENT": "production",
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": "k3" * 30,
    "ALLOWED_HOSTS": ["consilium.example"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "AUDIT_SIGNING_KEY": "a" * 43 + "=",
    "AUDIT_ANCHOR_FILE": "copies-of-seals",
    "BREACHED_PASSWORDS_FILE": __file__,
    "DATABASES": {"default": {"HOST": "db.lan", "OPTIONS": {"sslmode": "verify-full"}}},
    "REDIS_URL": "rediss://valkey.lan:6379",
    "CELERY_BROKER_URL": "rediss://valkey.lan:6379/1",
    "EMAIL_HOST": "mail.lan",
    "EMAIL_USE_TLS": True,
}


def database(at: str, **options: str) -> dict[str, object]:
    return {"default": {"HOST": at, "OPTIONS": options}}


@pytest.fixture
def production() -> Iterator[None]:
    """Settings as a careful site has them."""
    with override_settings(**SAFE):
        yield


def found() -> list[str]:
    """What the check of the settings refuses."""
    return [str(message.id) for message in production_is_safe(None)]


def test_a_careful_site_is_let_through(production: None) -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("DEMO", True, "C003"),
        ("DEBUG", True, "C001"),
        ("SECRET_KEY", "short", "C002"),
        ("SECRET_KEY", "insecure" * 10, "C002"),
        ("ALLOWED_HOSTS", ["*"], "C004"),
        ("ALLOWED_HOSTS", [], "C004"),
        ("SESSION_COOKIE_SECURE", False, "C005"),
        ("CSRF_COOKIE_SECURE", False, "C005"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "C006"),
        ("AUDIT_SIGNING_KEY", "", "C007"),
        ("AUDIT_SIGNING_KEY", "no base64", "C007"),
        ("AUDIT_SIGNING_KEY", "c2hvcnQ=", "C007"),
        ("SECOND_FACTOR_REQUIRED", False, "C008"),
        ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", True, "C009"),
        ("MFA_WEBAUTHN_USER_VERIFICATION", "preferred", "C018"),
        ("SESSION_IDLE_AFTER", 0, "C013"),
        ("SESSION_IDLE_AFTER", 3600, "C013"),
        ("AUDIT_ANCHOR_FILE", "", "W001"),
        ("BREACHED_PASSWORDS_FILE", "", "W003"),
        ("BREACHED_PASSWORDS_FILE", "no/such/file", "C017"),
        ("DATABASES", database("db.lan"), "C014"),
        ("DATABASES", database("", host="db.lan", sslmode="require"), "C014"),
        ("DATABASES", database("10.0.0.5", sslmode="prefer"), "C014"),
        ("REDIS_URL", "redis://valkey.lan:6379", "C015"),
        ("REDIS_URL", "rediss://valkey.lan:6379?ssl_cert_reqs=none", "C015"),
        ("CELERY_BROKER_URL", "redis://valkey.lan:6379/1", "C015"),
        ("EMAIL_USE_TLS", False, "C016"),
    ],
)
def test_an_unsafe_setting_is_refused(production: None, name: str, value: object, refusal: str) -> None:
    with override_settings(**{name: value}):
        assert found() == [f"consilium.{refusal}"]


@pytest.mark.parametrize(
    "here",
    [
        {"DATABASES": database("")},
        {"DATABASES": database("", host="/run/postgresql")},
        {"DATABASES": database("127.0.0.1")},
        {"DATABASES": database("::1")},
        {"REDIS_URL": "unix:///run/valkey.sock", "CELERY_BROKER_URL": "redis+socket:///run/valkey.sock?virtual_host=1"},
        {"REDIS_URL": "redis://localhost:6379", "CELERY_BROKER_URL": "redis://127.0.0.1:6379/1"},
        {"EMAIL_HOST": "localhost", "EMAIL_USE_TLS": False},
        {"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True},
    ],
)
def test_what_stays_on_the_machine_needs_no_encryption(production: None, here: dict[str, object]) -> None:
    with override_settings(**here):
        assert found() == []


def test_outside_production_nothing_is_refused() -> None:
    assert settings.ENVIRONMENT == "test"
    assert found() == []


@pytest.mark.django_db
def test_a_database_made_for_the_demo_is_refused(production: None) -> None:
    """The tests' own database is a simulated one, as the demo's is."""
    refused = [str(message.id) for message in production_time_is_real(None)]
    assert refused == ["consilium.C010"]


STARTS = {
    "web": "import config.wsgi",
    "live": "import config.asgi",
    "tiles": "import slides.tiles.wsgi",
    "worker": "from celery.signals import celeryd_init; import config.celery; celeryd_init.send('worker')",
}


@pytest.mark.parametrize("process", ["web", *(pytest.param(each, marks=pytest.mark.ci) for each in list(STARTS)[1:])])
def test_every_process_ends_at_once_where_it_would_be_unsafe(django_db_setup: None, process: str) -> None:
    """With the settings of a careful site, and the demo's kind of database."""
    done = _run([sys.executable, "-c", STARTS[process]], str(settings.DATABASES["default"]["NAME"]))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("consilium.C010 This database's clock is simulated.")


@pytest.mark.ci
def test_a_database_without_tables_is_checked_but_not_served() -> None:
    """`manage.py migrate` runs the checks before it makes the tables."""
    checked = _run([sys.executable, "manage.py", "check", "--tag", "database"], "postgres")
    assert checked.returncode == 0, checked.stderr
    served = _run([sys.executable, "-c", STARTS["web"]], "postgres")
    assert served.returncode == 1
    assert served.stderr.strip().splitlines()[-1].startswith("consilium.C012 The database cannot be asked")


def _run(command: list[str], database: str) -> "subprocess.CompletedProcess[str]":
    """A whole process in production, with the settings of a careful site."""
    careful = {
        "CONSILIUM_ENV": "production",
        "SECRET_KEY": "k3" * 30,
        "PUBLIC_ORIGIN": "https://consilium.example",
        "ALLOWED_HOSTS": "consilium.example",
        "EMAIL_URL": "smtp://localhost:25",
        "AUDIT_SIGNING_KEY": "a" * 43 + "=",
        "DATABASE_URL": _address_of(database),
    }
    return subprocess.run(
        command,
        env={name: value for name, value in os.environ.items() if name != "DEMO"} | careful,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


def _address_of(database: str) -> str:
    """The tests' server with this database, as the application's role."""
    head, _, query = os.environ["DATABASE_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")
