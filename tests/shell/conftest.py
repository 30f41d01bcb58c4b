"""The settings of a site that is served over https, though the tests' own are not."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test.utils import override_settings

import config.settings

SHELL = ("SECURE", "SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE", "X_FRAME", "CONTENT_SECURITY", "PUBLIC_ORIGIN")


@pytest.fixture
def over_https(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What config/settings.py makes of PUBLIC_ORIGIN=https://..., for everything that is the shell's."""
    monkeypatch.setenv("PUBLIC_ORIGIN", "https://consilium.example")
    made = runpy.run_path(str(Path(config.settings.__file__)))
    shell = {name: value for name, value in made.items() if name.isupper() and name.startswith(SHELL)}
    assert shell["SESSION_COOKIE_NAME"] != settings.SESSION_COOKIE_NAME
    with override_settings(**shell):
        yield
