"""docs/security/README.md says of limits, keys, logs and packages what the code does."""

import math
import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from allauth.account import app_settings
from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from accounts import tokens
from accounts.actions import edit_person, invite
from accounts.api import machines
from accounts.oidc.discovery import ALGORITHMS
from cases import looks
from cases.emergency.actions import open as opening
from cases.forms import rows
from cases.importing import store, table
from consult.desk.search import limit
from deploy.checks import flaws
from slides.ingest import flat, limited
from slides.views import upload

ROOT = Path(settings.BASE_DIR)
_logging: dict[str, Any] = settings.LOGGING
_api: dict[str, Any] = settings.REST_FRAMEWORK
_validators: Any = settings.AUTH_PASSWORD_VALIDATORS


@cache
def cells(heading: str) -> dict[str, str]:
    """The table under a heading: its first column, and the rest of each row."""
    text = (ROOT / "docs/security/README.md").read_text(encoding="utf-8")
    part = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    return {row[0].strip(): "|".join(row[1:]).strip() for row in (line.strip("|").split("|", 1) for line in lines)}


def numbers(text: str) -> set[int]:
    return {int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)}


def rate(name: str) -> set[int]:
    """The numbers of one of allauth's limits."""
    return {int(found) for found in re.findall(r"(\d+)/", app_settings.RATE_LIMITS[name])}


def test_the_limits_in_the_page_are_those_of_the_code() -> None:
    limits = limited.Limits()
    told = {name: numbers(text) for name, text in cells("Limits").items()}
    assert told == {
        "a request to pages and API": {settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS},
        "a slide file": {settings.SLIDE_UPLOAD_MAX_BYTES // 1_000_000, upload.SPARE_BYTES},
        "a picture without tiles": {flat.MAX_PIXELS},
        "preparing an image": {limits.address_space, limits.cpu_seconds, int(limits.wall_seconds)},
        "a CSV file": {table.MOST_BYTES, table.MOST_ROWS, store.SECONDS},
        "rows of a form": {rows.MOST_ROWS},
        "failed sign-ins": {*rate("login_failed"), 300},
        "sign-ins": rate("login"),
        "links for a new password": rate("reset_password"),
        "proofs of who one is (signing, granting)": rate("reauthenticate"),
        "new passwords": rate("change_password"),
        "different cases opened": {most for _seconds, most in looks.LIMITS},
        "different patients shown, by themselves or in a list of patients, cases, requests or hits": {
            most for _seconds, most in looks.PATIENT_LIMITS
        },
        "attempts at emergency access": {opening.MOST_ATTEMPTS},
        "refused tokens of machines": {most for _seconds, most in machines.LIMITS},
        "searches": {most for _seconds, most in limit.LIMITS},
        "a session": {settings.SESSION_COOKIE_AGE, settings.SESSION_IDLE_AFTER},
        "an invitation": {invite.LIFE.days},
        "a link for a new password": {settings.PASSWORD_RESET_TIMEOUT},
        "a change of address": {edit_person.LIFE.days},
        "a password": {_validators[1]["OPTIONS"]["min_length"]},
    }
    assert app_settings.RATE_LIMITS["login_failed"].endswith("300s/key")
    assert timedelta(hours=1) == opening.COUNTED and machines.LIMITS[0][0] == 60


def test_the_page_names_every_key_and_algorithm() -> None:
    told = cells("Keys and algorithms")
    random = {"SECRET_KEY", "AUDIT_SIGNING_KEY", "session key", "keys of apps, recovery codes", "passkeys"}
    assert set(told) == random | {
        "passwords",
        "content hash",
        "TLS certificate",
        "keys of identity providers",
        "tokens of machines",
    }
    assert {f"{kind}256" for kind in ("RS", "PS", "ES")} < ALGORITHMS and not {"none", "HS256"} & ALGORITHMS
    assert signing.Signer().algorithm.upper() == "SHA256" and "HMAC-SHA256" in told["SECRET_KEY"]
    keys = {name for name in dir(settings) if re.search(r"(SECRET|SIGNING)_KEY$", name)}
    assert keys <= set(told), keys
    made = tokens.made()
    assert made.secret_hash == salted_hmac("accounts.tokens", made.text, algorithm="sha256").hexdigest()
    bits = int(40 * math.log2(len(tokens.LETTERS)))
    assert f"{bits} random bits, kept as HMAC-SHA256" in told["tokens of machines"]


ENCRYPTED = {
    "accounts/actions/set_provider.py": "client secrets of single sign-on",
    "accounts/factors.py": "keys of authenticator apps",
    "cases/paging.py": "places where a page of a list",
    "consult/desk/api/serializers.py": "or of a search ended",
}


def test_the_page_names_everything_that_is_encrypted() -> None:
    rooms = ("consult", "slides", "cases", "notifications", "accounts", "core")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in paths if "encrypted(" in path.read_text(encoding="utf-8")}
    assert found - {"accounts/at_rest.py"} == set(ENCRYPTED), "name it in the page"
    boxes = {path.relative_to(ROOT).name for path in paths if "Fernet(" in path.read_text(encoding="utf-8")}
    assert boxes == {"at_rest.py"}, "nothing makes a key of its own"
    text = " ".join((ROOT / "docs/security/README.md").read_text(encoding="utf-8").split())
    said = text.partition("The application encrypts ")[2].partition(" It encrypts nothing else")[0]
    assert [words for words in ENCRYPTED.values() if words not in said] == []


def test_the_page_says_by_what_the_api_is_entered() -> None:
    classes = [each.rpartition(".")[2] for each in _api["DEFAULT_AUTHENTICATION_CLASSES"]]
    assert classes == ["TokenAuthentication", "SessionActorAuthentication"], "name it in the page"
    text = " ".join((ROOT / "docs/security/README.md").read_text(encoding="utf-8").split())
    assert "The API takes the session of the pages, and from a machine the token of its laboratory" in text


@pytest.mark.parametrize("level", ["patient", "record", "secret", "work"])
def test_the_page_names_every_level_of_data(level: str) -> None:
    told = [part.strip() for part in cells("Data, by how much they need")[level].split("|")]
    assert len(told) == 4 and all(told)


def test_the_page_says_how_many_sessions_there_may_be() -> None:
    text = (ROOT / "docs/security/README.md").read_text(encoding="utf-8").partition("## Ways in\n")[2]
    assert "any number of sessions" in text.partition("\n## ")[0]


def test_the_page_names_every_log() -> None:
    told = cells("Logs")
    assert list(_logging["handlers"]) == ["console"], "another place to log to: name it in the page"
    assert len(told) == 4 and "standard error" in told["processes"]


def test_the_page_says_how_soon_a_flaw_is_mended() -> None:
    told = cells("Packages")
    days = [next(iter(numbers(text))) for text in told.values()]
    assert len(days) == 4 and days == sorted(days) and days[0] <= 7
    assert days == list(flaws.DAYS.values())
    assert [text.split()[0].strip(",") for text in told] == list(flaws.DAYS)


def test_no_weak_hash_is_used() -> None:
    """In the rooms of the application not even as a name; ruff's S324 says so of the rest.

    But for the keys of a published list, which are SHA-1: nothing is kept, signed or compared with anything else by it.
    """
    weak = re.compile(r"\b(?:md5|sha1)\b", re.I)
    rooms = ("config", "consult", "slides", "cases", "notifications", "accounts", "core")
    found = [path for room in rooms for path in (ROOT / room).rglob("*.py") if weak.search(path.read_text())]
    assert found == [ROOT / "accounts" / "breached.py"]
