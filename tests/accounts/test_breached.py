"""Stolen passwords: whatever stands in the site's file is refused, whatever does not is taken, and nothing goes out."""

import hashlib
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.breached import is_breached
from tests.accounts.test_passwords import change
from tests.cast import World, client_for

STOLEN = [f"stolen password {number}" for number in range(5_000)]


def digest(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def written(path: Path, passwords: list[str], end: str = "\r\n") -> str:
    """The file as it is published: ordered, counts of one to eight digits."""
    lines = [f"{each}:{1 + int(each[:7], 16) % 10 ** (1 + int(each[7], 16) % 8)}" for each in map(digest, passwords)]
    path.write_text(end.join(sorted(lines)), encoding="ascii", newline="")
    return str(path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [1, 2, 3, 90, 5_000])
def test_every_line_of_the_file_is_found_and_nothing_else(tmp_path: Path, count: int, end: str) -> None:
    path = written(tmp_path / "hashes", STOLEN[:count], end)
    assert [each for each in STOLEN[:count] if not is_breached(each, path)] == []
    assert [each for each in (f"{word}." for word in STOLEN[:500]) if is_breached(each, path)] == []


def test_an_empty_file_knows_nothing(tmp_path: Path) -> None:
    (tmp_path / "hashes").write_bytes(b"")
    assert not is_breached("whatever it is", str(tmp_path / "hashes"))


@pytest.mark.usefixtures("own_cache")
def test_a_stolen_password_is_not_taken(world: World, tmp_path: Path, settings: LazySettings) -> None:
    stolen = "herring gull over the canal"
    validate_password(stolen, world.user("asker"))
    settings.BREACHED_PASSWORDS_FILE = written(tmp_path / "hashes", [*STOLEN, stolen])
    with pytest.raises(ValidationError, match="stolen"):
        validate_password(stolen, world.user("asker"))
    client = client_for(world.asker)
    assert change(client, stolen) == 200
    assert change(client, "herring gull over the harbour") == 302


def test_a_file_that_cannot_be_read_lets_nothing_pass_unasked(settings: LazySettings, tmp_path: Path) -> None:
    settings.BREACHED_PASSWORDS_FILE = str(tmp_path / "gone")
    with pytest.raises(OSError, match="gone"):
        validate_password("herring gull over the canal")
