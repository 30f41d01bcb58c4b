"""What an issuer says of itself (OpenID Connect Discovery 1.0, section 4), fetched and checked each time anew."""

from typing import Any
from urllib.parse import urlsplit

from accounts.oidc.refusals import SignInRefused
from core.outgoing import Outgoing, Unreachable, is_sound

WELL_KNOWN = "/.well-known/openid-configuration"
THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ALGORITHMS = frozenset(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)) | {"EdDSA"}


class Unsuitable(Exception):
    """The issuer answers, and what it says cannot be used; the argument is a code for the form's words."""


def is_issuer(text: str) -> bool:
    """Whether this may be an issuer at all (section 2 of OpenID Connect Core: https, no query, no fragment).

    Where plain http may be asked, in the demo and in tests, it is one of this computer alone.
    """
    if not is_sound(text) or "?" in text or len(text) > 255:
        return False
    parts = urlsplit(text)
    return parts.scheme == "https" or parts.hostname in THIS_COMPUTER


def describe(issuer: str) -> dict[str, Any]:
    """The issuer's metadata. Raises Unreachable (core.outgoing), and Unsuitable for what breaks a rule.

    The issuer in it must be the one that was asked, letter by letter (section 4.3): otherwise a provider could speak
    for another.
    """
    with Outgoing() as outgoing:
        answer = outgoing.get(issuer.rstrip("/") + WELL_KNOWN)
        answer.raise_for_status()
        found = answer.json()
    if not isinstance(found, dict):
        raise Unsuitable("no_metadata")
    if found.get("issuer") != issuer:
        raise Unsuitable("another_issuer")
    if not all(isinstance(found.get(name), str) and is_sound(found[name]) for name in NEEDED):
        raise Unsuitable("endpoints")
    if "code" not in _listed(found, "response_types_supported", ["code"]):
        raise Unsuitable("no_code")
    if "S256" not in _listed(found, "code_challenge_methods_supported", ["S256"]):
        raise Unsuitable("no_pkce")
    if not ALGORITHMS & set(_listed(found, "id_token_signing_alg_values_supported", ["RS256"])):
        raise Unsuitable("no_signature")
    return found


def metadata(issuer: str) -> dict[str, Any]:
    """The same for somebody on the way in. Raises SignInRefused."""
    try:
        return describe(issuer)
    except Unreachable as error:
        raise SignInRefused("unreachable") from error
    except Unsuitable as error:
        raise SignInRefused("rejected") from error


def _listed(found: dict[str, Any], name: str, otherwise: list[str]) -> list[str]:
    """A list of words in the metadata; `otherwise` where the issuer leaves it out, as several large ones do."""
    value = found.get(name, otherwise)
    return [str(each) for each in value] if isinstance(value, list) else []
