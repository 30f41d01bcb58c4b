"""Reads the environment: typed, and refusing what it does not understand.

Secrets may be given as NAME or as NAME_FILE (a path whose content is the value), so that an orchestrator's
mounted secrets work without a shell around them.
"""

import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names, or the default."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if default is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE).")
    return default


def flag(name: str, default: bool = False) -> bool:
    """A yes or no; anything else is an error, never a silent no."""
    value = text(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of {sorted(TRUE | FALSE)}, not {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str, default: str = "") -> list[str]:
    """A list of networks in CIDR notation, separated by commas."""
    try:
        return [str(ip_network(word)) for word in words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be networks such as 10.0.0.0/8: {error}.") from error


def database(name: str, default: str | None = None) -> dict[str, object]:
    """A PostgreSQL address (`postgres://user@/name?host=/socket/folder` for a socket) as Django's dictionary."""
    return dict(environ.Env.db_url_config(text(name, default)))


def broker(redis_url: str) -> str:
    """Celery's spelling of a Redis address, with database 1 (the cache keeps 0).

    Celery names a socket `redis+socket://` and its database `virtual_host`.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host=1"
    query = parse_qs(parts.query)
    if "db" in query:
        raise ImproperlyConfigured("Give REDIS_URL without ?db=: database 0 is the cache, 1 the broker.")
    return f"{parts.scheme}://{parts.netloc}/1"
