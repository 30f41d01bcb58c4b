"""What second factors are made of: secrets that nobody can guess, and changes that ask for a proof first."""

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.test import Client
from django.urls import reverse

from tests.accounts.second_factor import give_app
from tests.cast import World, client_for


def test_keys_of_apps_are_160_random_bits() -> None:
    made = [generate_totp_secret() for _ in range(50)]
    assert len(set(made)) == 50
    assert {len(each) for each in made} == {32}  # of 32 letters and digits: 5 bits each


def test_recovery_codes_come_from_320_random_bits_and_have_26_each() -> None:
    seeds = [RecoveryCodes.generate_seed() for _ in range(50)]
    assert len(set(seeds)) == 50
    assert {len(each) for each in seeds} == {80}
    assert app_settings.RECOVERY_CODE_DIGITS == 8


def test_two_people_have_other_codes(world: World) -> None:
    first, second = (set(give_app(world.user(who))) for who in ("asker", "expert"))
    assert len(first) == len(second) == 10
    assert not first & second
    assert {len(each) for each in first} == {8}


@pytest.mark.parametrize("route", ["mfa_deactivate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_a_factor_is_changed_after_a_fresh_proof_only(world: World, route: str) -> None:
    """Somebody who signed in a while ago, or found the computer open, proves who they are first."""
    give_app(world.user("asker"))
    client: Client = client_for(world.asker)
    assert client.get(reverse(route)).status_code == 200
    session = client.session
    session[RECORDS] = [{**each, "at": each["at"] - 600} for each in session[RECORDS]]
    session.save()
    for ask in (client.get, client.post):
        answer = ask(reverse(route))
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"], answer["Location"]
