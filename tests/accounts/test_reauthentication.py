"""Proving who one is for one act changes nothing about the session."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import RequestFactory

from accounts.models import User
from accounts.reauthentication import by_password
from tests.cast import World, client_for


def test_an_outdated_hash_does_not_end_the_session_in_the_middle_of_a_signature(world: World) -> None:
    user = world.user("expert")
    user.password = PBKDF2PasswordHasher().encode("an older password", "salt", iterations=1)
    user.save(update_fields=["password"])
    client = client_for(world.expert)
    request = RequestFactory().post("/")
    request.user = user
    assert by_password(request, "an older password") == "password"
    assert User.objects.get(pk=user.pk).password == user.password
    assert client.get("/").status_code == 200
