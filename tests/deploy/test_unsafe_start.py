"""What must never reach patients is refused in production, each with what to set instead."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test.utils import override_settings

from core.checks import production_is_safe, production_time_is_real

SAFE = {
    "ENVIRONMENT": "production",
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": "k3" * 30,
    "ALLOWED_HOSTS": ["consilium.example"],
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}


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
    ],
)
def test_an_unsafe_setting_is_refused(production: None, name: str, value: object, refusal: str) -> None:
    with override_settings(**{name: value}):
        assert found() == [f"consilium.{refusal}"]


def test_outside_production_nothing_is_refused() -> None:
    assert settings.ENVIRONMENT == "test"
    assert found() == []


@pytest.mark.django_db
def test_a_database_made_for_the_demo_is_refused(production: None) -> None:
    """The tests' own database is a simulated one, as the demo's is."""
    refused = [str(message.id) for message in production_time_is_real(None, databases=["default"])]
    assert refused == ["consilium.C010"]
