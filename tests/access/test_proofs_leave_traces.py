"""A proof at a door of the API: what is kept with a key tells nothing of it, and a wrong one is counted and told."""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse

from core.audit.models import AuditEvent
from core.jobs.models import Job
from core.web.models import IdempotentAnswer
from tests.access.people import WHO
from tests.access.row import JSON, Row
from tests.access.table import ROWS
from tests.accounts.test_reauthentication import stale
from tests.cast import Answer, World, client_for
from tests.shell.test_headers import undone

pytestmark = pytest.mark.ci

# Which doors take one; whether they take an Idempotency-Key too
TAKING = {
    "DELETE api-session": False,
    "DELETE api-sessions": False,
    "POST api-agreement-confirm": True,
    "POST api-emergencies": False,
    "POST api-identity-unlink": False,
    "POST api-person-remove-factors": False,
    "POST api-report-sign": True,
    "POST api-single-sign-on-remove": False,
    "POST api-token-withdraw": False,
    "POST api-tokens": False,
    "PUT api-membership": False,
    "PUT api-person": False,
    "PUT api-single-sign-on": False,
}
WRITING = {f"{row.method} {row.route}": row for row in ROWS if row.route.startswith("api-") and row.method != "GET"}
ATTEMPTS = 5  # as many as are told to the person


def who(world: World, row: Row) -> str:
    """The first who comes in; a door to one's own things has nobody in the matrix."""
    return min(set(row.ok) & set(world.people), key=WHO.index, default="asker")


def send(client: Client, world: World, row: Row, password: str) -> Answer:
    """The row's body with this password for a proof."""
    given = row.body if isinstance(row.body, str) else row.body(world)
    body = json.dumps({**json.loads(given or "{}"), "password": password})
    headers = {"Idempotency-Key": str(uuid4())} | ({"If-Match": f'"{row.version(world)}"'} if row.version else {})
    address = reverse(row.route, kwargs=row.arguments(world))
    return client.generic(row.method, address, body, content_type=JSON, headers=headers)


def is_wrong(answer: Answer) -> bool:
    """Whether the door says that the proof is wrong."""
    return answer.status_code == 401 and answer.json()["type"].endswith(":wrong-password")


def test_these_doors_take_a_proof(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for name, row in WRITING.items():
        prefix = str(uuid4())  # the limit on proofs counts for each person
        monkeypatch.setitem(settings.CACHES["default"], "KEY_PREFIX", prefix)
        monkeypatch.setattr(caches["default"], "key_prefix", prefix)
        with undone():
            client = client_for(world.people[who(world, row)])
            stale(client)
            if is_wrong(send(client, world, row, "a guess")):
                found.add(name)
    assert found == set(TAKING)


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("name", TAKING)
def test_several_wrong_ones_are_on_record_and_told_to_the_person(world: World, name: str) -> None:
    row = WRITING[name]
    actor = world.people[who(world, row)]
    client = client_for(actor)
    stale(client)
    rows = AuditEvent.objects.filter(action="session.held_back", object_id=str(actor.person))
    mails = Job.objects.filter(payload__notice="attempts", subject=str(actor.person))
    for attempt in range(ATTEMPTS):
        assert (rows.count(), mails.count()) == (0, 0), attempt
        assert is_wrong(send(client, world, row, "a guess"))
    assert (rows.count(), mails.count()) == (1, 1)


@pytest.mark.usefixtures("own_cache")
@pytest.mark.parametrize("name", TAKING)
def test_what_is_kept_of_a_body_does_not_depend_on_the_password(world: World, name: str) -> None:
    row = WRITING[name]
    actor = world.people[who(world, row)]
    person = world.user(who(world, row))
    kept: list[str] = []

    def keep(instance: IdempotentAnswer, **_more: object) -> None:
        kept.append(instance.fingerprint)

    post_save.connect(keep, sender=IdempotentAnswer)
    try:
        for password in ("one long sentence of mine", "quite another sentence"):
            person.set_password(password)
            person.save(update_fields=["password"])
            with undone():
                assert not is_wrong(send(client_for(actor), world, row, password))
    finally:
        post_save.disconnect(keep, sender=IdempotentAnswer)
    assert bool(kept) == TAKING[name]
    assert len(set(kept)) <= 1
