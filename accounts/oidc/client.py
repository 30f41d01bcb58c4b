"""To the identity provider and back: allauth's OpenID Connect client, with our checks of what comes back.

allauth makes the address, keeps the state and the PKCE verifier in the session, uses each state once and exchanges the
code. It asks for no nonce, believes the issuer's own name for itself, takes parameters from the address and leaves an
ID token's signature unread; so we start and finish the exchange ourselves (OpenID Connect Core 1.0, 3.1.3.7; RFC 9700).
"""

import time
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import jwt
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.at_rest import decrypted
from accounts.models import Identity, IdentityProvider
from accounts.oidc.discovery import ALGORITHMS, metadata
from accounts.oidc.refusals import SignInRefused
from core.outgoing import Outgoing, Unreachable, is_sound

PURPOSE = b"accounts.identity-provider"  # of the key that the client's secret is encrypted with
LEEWAY = 60  # seconds by which two clocks may differ
PARTICULARS = ("email", "given_name", "family_name")
CONFIRMED = "email_verified"  # the claim, which is true or false (OpenID Connect Core 1.0, 5.1)


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """How allauth reaches a provider."""

    def get_requests_session(self) -> Outgoing:
        """Under our rules."""
        return Outgoing()


@dataclass(frozen=True, slots=True)
class Claims:
    """Who somebody is at an issuer, from an ID token that was checked.

    `authenticated_at` is when they signed in there, in seconds since 1970, None where it does not say. `values` are
    those of acr and amr. The particulars are '' where the provider does not tell them. `is_email_confirmed` is whether
    it says that the address is the person's.
    """

    issuer: str
    subject: str
    authenticated_at: float | None = None
    values: frozenset[str] = frozenset()
    email: str = ""
    given_name: str = ""
    family_name: str = ""
    is_email_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came back: what they had set out for, where they go on, and who they are."""

    purpose: str
    next: str
    more: dict[str, Any]
    claims: Claims
    began_at: float = field(default=0.0)


class _Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no types
    """allauth's, of a row of ours."""

    def __init__(self, request: HttpRequest, row: IdentityProvider) -> None:
        app = SocialApp(
            provider="openid_connect",
            provider_id=str(row.organisation_id),
            name=row.organisation.short_name,
            client_id=row.client_id,
            secret=decrypted(row.secret, PURPOSE),
            settings={"server_url": row.issuer, "oauth_pkce_enabled": True},
        )
        super().__init__(request, app=app)
        self.protocol = _Protocol(request, self, metadata(row.issuer))

    def get_oauth2_adapter(self, request: HttpRequest) -> "_Protocol":
        return self.protocol


class _Protocol(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """allauth's, with the metadata that we have checked."""

    def __init__(self, request: HttpRequest, provider: _Provider, found: dict[str, Any]) -> None:
        super().__init__(request, provider.app.provider_id)
        self.of, self._openid_config = provider, found

    def get_provider(self) -> _Provider:
        return self.of

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return callback_url(request, app.provider_id)


def callback_url(request: HttpRequest, organisation: object) -> str:
    """The redirect URI: one for each organisation, so that an answer of one's provider cannot pass for another's.

    It is known before the provider is, which has to be told of it first.
    """
    return request.build_absolute_uri(reverse("account_sso_callback", args=[organisation]))


def begin(
    request: HttpRequest, row: IdentityProvider, purpose: str, *, after: str = "", again: bool = False, **more: str
) -> str:
    """The address at the provider where the person goes now. `again`: they must show who they are anew.

    `after` is where they go on once they are back, `more` what the purpose needs. Raises SignInRefused.
    """
    provider = _Provider(request, row)
    nonce = token_urlsafe(32)
    asked = {"nonce": nonce, **({"prompt": "login", "max_age": "0"} if again else {})}
    kept = {"purpose": purpose, "nonce": nonce, "version": row.version, "began": time.time(), "more": more}
    scope = ["openid", *(["profile", "email"] if row.new_role else [])]
    answer = provider.redirect(request, "login", next_url=after, data=kept, scope=scope, auth_params=asked)
    return str(answer.url)


def finish(request: HttpRequest, row: IdentityProvider) -> Arrival:
    """Who has come back, with everything checked. Each way in is used up by this. Raises SignInRefused."""
    given = request.GET
    state = statekit.unstash_state(request, state_id=given.get("state", ""), provider_id=str(row.organisation_id))
    kept = (state or {}).get("data") or {}
    if state is None or kept.get("version") != row.version:
        raise SignInRefused("stale")
    provider = _Provider(request, row)
    protocol = provider.protocol
    # RFC 9207: whose answer this is.
    named = given.get("iss")
    if named != row.issuer and (
        named is not None or protocol.openid_config.get("authorization_response_iss_parameter_supported") is True
    ):
        raise SignInRefused("rejected")
    if given.get("error"):
        raise SignInRefused("cancelled" if given["error"] == "access_denied" else "rejected")
    if not given.get("code"):
        raise SignInRefused("rejected")
    try:
        client = protocol.get_client(request, provider.app)
        answer = protocol.get_access_token_data(request, provider.app, client, state.get("pkce_code_verifier"))
        told = _checked(answer["id_token"], row, protocol.openid_config["jwks_uri"], str(kept["nonce"]))
        is_new = row.new_role and not Identity.objects.filter(issuer=row.issuer, subject=told["sub"]).exists()
        if is_new and not all(told.get(name) for name in (*PARTICULARS, CONFIRMED)):
            told = _particulars(protocol, str(answer["access_token"]), told)
        claims = _claims(row, told)
    except Unreachable as error:
        raise SignInRefused("unreachable") from error
    except (OAuth2Error, jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as error:
        # Whatever a provider may answer that is none of what the standard says.
        raise SignInRefused("rejected") from error
    return Arrival(str(kept["purpose"]), state.get("next") or "", dict(kept["more"]), claims, float(kept["began"]))


def _checked(token: str, row: IdentityProvider, keys_url: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that is signed by the issuer, for us, for this very way in, and not too old."""
    if jwt.get_unverified_header(token).get("alg") not in ALGORITHMS:
        raise OAuth2Error("not signed in a way that counts")
    algorithm, key = jwtkit.fetch_key(token, keys_url, jwtkit.lookup_kid_jwk)
    found: dict[str, Any] = jwt.decode(
        token,
        key=key,
        algorithms=[algorithm],
        issuer=row.issuer,
        audience=row.client_id,
        leeway=LEEWAY,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    if found.get("azp", row.client_id) != row.client_id or found["aud"] not in (row.client_id, [row.client_id]):
        raise OAuth2Error("for somebody else as well")
    if not constant_time_compare(str(found.get("nonce", "")), nonce):
        raise OAuth2Error("another nonce")
    return found


def _particulars(protocol: _Protocol, access_token: str, told: dict[str, Any]) -> dict[str, Any]:
    """With what the provider tells at its userinfo endpoint, if that is of the same person (section 5.3.2)."""
    url = protocol.openid_config.get("userinfo_endpoint", "")
    if not is_sound(str(url)):
        return told
    more = protocol._fetch_user_info(access_token)
    if more.get("sub") != told["sub"]:
        raise OAuth2Error("somebody else's particulars")
    # An address comes with the word that it is confirmed, or that of one place would confirm the other's.
    of_token = told.get("email") and (CONFIRMED in told or not more.get("email"))
    address = {name: (told if of_token else more).get(name) for name in ("email", CONFIRMED)}
    return {**{name: more.get(name) for name in PARTICULARS}, **told, **address}


def _claims(row: IdentityProvider, told: dict[str, Any]) -> Claims:
    subject = told["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise OAuth2Error("no subject")
    at, ways = told.get("auth_time"), told.get("amr", [])
    values = {str(each) for each in ways} if isinstance(ways, list) else set()
    if told.get("acr"):
        values.add(str(told["acr"]))
    particulars = {name: str(told.get(name) or "").strip()[:254] for name in PARTICULARS}
    when = float(at) if isinstance(at, int | float) and not isinstance(at, bool) else None
    return Claims(
        row.issuer, subject, when, frozenset(values), **particulars, is_email_confirmed=told.get(CONFIRMED) is True
    )
