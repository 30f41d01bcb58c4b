"""Secrets as the database keeps them: encrypted, so that a copy of the database alone opens nothing."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def encrypted(text: str, purpose: bytes) -> str:
    """Under a key made from SECRET_KEY for this purpose alone."""
    return _box(purpose).encrypt(text.encode()).decode()


def decrypted(kept: str, purpose: bytes) -> str:
    """Raises cryptography.fernet.InvalidToken where the key is neither SECRET_KEY nor one of its fallbacks."""
    return _box(purpose).decrypt(kept.encode()).decode()


def _box(purpose: bytes) -> MultiFernet:
    """Keys made from SECRET_KEY and what it was before; the first one encrypts."""
    return MultiFernet([Fernet(_key(each, purpose)) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str, purpose: bytes) -> bytes:
    return urlsafe_b64encode(HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret.encode()))
