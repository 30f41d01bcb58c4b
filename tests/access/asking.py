"""Asks a door as somebody, and says how it answered. What the request changes is undone, and so is what its row made."""

from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.row import Row
from tests.cast import Answer, World


def ask(client: Client, row: Row, world: World) -> str:
    """One request as the row describes it: in, login, 403 or 404."""
    with transaction.atomic():
        address = reverse(row.route, kwargs=row.arguments(world)) + row.query
        body = row.body if isinstance(row.body, str) else row.body(world)
        conditions = {"If-Match": f'"{row.version(world)}"'} if row.version else {}
        response = client.generic(
            row.method,
            address,
            data="" if row.method == "GET" else body,
            content_type=row.content_type,
            headers={"Idempotency-Key": "matrix-key-1", **conditions},
        )
        answer = answered(response)
        transaction.set_rollback(True)
    return answer


def answered(response: Answer) -> str:
    """What the door said: in (whatever the room then made of it), login, 403 or 404. A 500 is nobody's right."""
    status = response.status_code
    assert status < 500, f"{status} from {response.request['PATH_INFO']}"
    if status == 401 or (status == 302 and "/accounts/login/" in response.headers["Location"]):
        return "login"
    if status in {403, 404}:
        return str(status)
    return "in"
