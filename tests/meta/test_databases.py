"""The database of the world: made once, found again while it is young, never taken from who uses it."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from tests import databases

NAME = f"test_world_of_{os.getpid()}"


@pytest.fixture
def filled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """How often it was filled; the run's own database is in use again afterwards."""
    before = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        yield []
        databases.use(before)
    databases.drop(NAME)


def look(filled: list[str]) -> None:
    with databases.shared(NAME, "template1", lambda: filled.append(NAME)), databases._owner() as owner:
        assert databases._exists(owner, NAME)
        assert not databases._is_free(owner, NAME)


def said_to_be_of(seconds: int) -> None:
    with databases._owner() as owner:
        owner.execute(f"COMMENT ON DATABASE {NAME} IS '{seconds}'")


def test_a_later_run_finds_it_until_it_is_old(filled: list[str]) -> None:
    look(filled)
    look(filled)
    assert len(filled) == 1
    said_to_be_of(0)
    look(filled)
    assert len(filled) == 2


def test_an_old_one_stays_while_somebody_uses_it(filled: list[str]) -> None:
    with databases.shared(NAME, "template1", lambda: filled.append(NAME)):
        said_to_be_of(0)
        look(filled)
    assert len(filled) == 1


def test_every_part_of_the_code_names_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = databases.world_name()
    assert before == databases.world_name()
    monkeypatch.setattr(databases, "ROOMS", databases.ROOMS[1:])
    assert databases.world_name() != before
