"""A checkpoint: what a seal says, signed with Ed25519 in the form of a C2SP signed note, to be kept elsewhere."""

import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

ED25519 = b"\x01"  # the kind of key in a signed note (C2SP signed-note)


class NotSigned(Exception):
    """The text is no checkpoint, or none of the known keys has signed it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Seal `number` with its `hash` (hex); `total` rows are sealed up to and with it."""

    origin: str
    number: int
    total: int
    hash: str

    def text(self) -> str:
        """The lines that are signed: origin, rows, hash; the number of the seal follows as an extension."""
        return f"{self.origin}\n{self.total}\n{_base64(bytes.fromhex(self.hash))}\nseal {self.number}\n"

    def signed(self) -> str:
        """The whole note, signed by this installation's key."""
        key = _signing_key()
        public = key.public_key().public_bytes_raw()
        signature = base64.b64encode(_key_id(self.origin, public) + key.sign(self.text().encode())).decode()
        return f"{self.text()}\n\N{EM DASH} {self.origin} {signature}\n"


def origin() -> str:
    """The name under which this installation signs."""
    return f"{urlsplit(settings.PUBLIC_ORIGIN).hostname}/audit"


def read(note: str) -> Checkpoint:
    """The checkpoint that a note holds. Raises NotSigned where no key known here has signed exactly this text."""
    try:
        text, signatures = note.split("\n\n")
        name, total, hashed, seal = text.split("\n")
        found = Checkpoint(name, int(seal.removeprefix("seal ")), int(total), base64.b64decode(hashed).hex())
        _dash, _name, blob = signatures.strip().split(" ")
        signature = base64.b64decode(blob)[4:]
    except ValueError as error:
        raise NotSigned("not a checkpoint") from error
    if not _is_signed(found.text().encode(), signature):
        raise NotSigned("signed by no key that is known here")
    return found


def sign(text: bytes) -> str:
    """A signature of this installation's key, in base64."""
    return _base64(_signing_key().sign(text))


def is_signed(text: bytes, signature: str) -> bool:
    """Whether a key that is known here has signed exactly this."""
    try:
        return _is_signed(text, base64.b64decode(signature, validate=True))
    except ValueError:
        return False


def _is_signed(text: bytes, signature: bytes) -> bool:
    for public in public_keys():
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
        except InvalidSignature:
            continue
        return True
    return False


def public_keys() -> list[bytes]:
    """The keys that are believed: this installation's, then those it had before (AUDIT_FORMER_KEYS)."""
    own = _signing_key().public_key().public_bytes_raw()
    return [own, *(base64.b64decode(each) for each in settings.AUDIT_FORMER_KEYS)]


def _signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.AUDIT_SIGNING_KEY))


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
