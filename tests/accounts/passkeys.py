"""A passkey made by hand: what a browser would send for one, with or without a sign that it knew its owner."""

import json
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import User

HOST = "testserver"
FLAG = AuthenticatorData.FLAG


class Passkey:
    """On one device. `verified` is whether it says that it has asked for a PIN, a fingerprint or a face."""

    def __init__(self, *, verified: bool) -> None:
        self.flags = FLAG.UP | FLAG.UV if verified else FLAG.UP
        self.key, self.id = ec.generate_private_key(ec.SECP256R1()), token_bytes(16)

    def made(self, options: dict[str, Any]) -> str:
        """The credential of a new one, as JSON, for what the server asked."""
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]  # of fido2
        of_key = AttestedCredentialData.create(bytes(16), self.id, public)
        data = AuthenticatorData.create(self._relying_party(), self.flags | FLAG.AT, 0, of_key)
        client = CollectedClientData.create("webauthn.create", options["publicKey"]["challenge"], f"https://{HOST}")
        return self._sent(client, attestationObject=AttestationObject.create("none", data, {}))

    def of(self, person: User) -> "Passkey":
        """Set up for this person already."""
        made = json.loads(self.made({"publicKey": {"challenge": websafe_encode(token_bytes(32))}}))
        WebAuthn.add(person, "A key", made)
        self.person = person
        return self

    def answer(self, options: dict[str, Any]) -> str:
        """Its answer, as JSON, to what the server asked."""
        client = CollectedClientData.create("webauthn.get", options["publicKey"]["challenge"], f"https://{HOST}")
        data = AuthenticatorData.create(self._relying_party(), self.flags, 0)
        signature = self.key.sign(data + client.hash, ec.ECDSA(SHA256()))
        owner = user_pk_to_url_str(self.person).encode()
        return self._sent(client, authenticatorData=data, signature=signature, userHandle=owner)

    @staticmethod
    def _relying_party() -> bytes:
        return sha256(HOST.encode()).digest()

    def _sent(self, client: CollectedClientData, **parts: bytes) -> str:
        parts["clientDataJSON"] = client
        own = websafe_encode(self.id)
        response = {name: websafe_encode(value) for name, value in parts.items()}
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})
