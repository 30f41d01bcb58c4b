"""The tokens of machines: how one looks, how it is kept, and who comes in with it.

A token is `cns_<prefix>_<secret>`: the prefix finds its row, the secret is 40 random letters and digits (238 bits) and
six more that are their CRC-32, so that a scanner for secrets knows a real one from a likely string. Only a keyed hash
of it is stored. With so much chance in it a quick hash is enough: there is nothing to guess (ASVS 5.0, V11.4).
"""

import ipaddress
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import MachineToken
from core import clock
from core.actor import MACHINE, Actor, Door, Purpose
from core.errors import Forbidden, ReauthenticationNeeded, Refusal
from core.web.request_id import current

LETTERS = string.digits + string.ascii_letters
PATTERN = re.compile(r"cns_([0-9a-z]{8})_([0-9A-Za-z]{40})([0-9A-Za-z]{6})")
SELDOM = timedelta(minutes=1)


class TokenRefused(ReauthenticationNeeded):
    """No token, or none that counts now (401)."""

    code = "token-refused"


class WrongNetwork(Forbidden):
    """The token counts, but not from this network (403)."""

    code = "wrong-network"


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: what finds it, what is stored, and the whole text, which nobody can make again."""

    prefix: str
    secret_hash: str
    text: str


def made() -> Made:
    """A token that nobody has had before."""
    prefix = "".join(secrets.choice(string.digits + string.ascii_lowercase) for _n in range(8))
    secret = "".join(secrets.choice(LETTERS) for _n in range(40))
    text = f"cns_{prefix}_{secret}{checksum(prefix, secret)}"
    return Made(prefix, hashed(text), text)


def checksum(prefix: str, secret: str) -> str:
    """The CRC-32 of both in six letters and digits."""
    left, found = zlib.crc32(f"{prefix}_{secret}".encode()), ""
    while left:
        left, place = divmod(left, len(LETTERS))
        found = LETTERS[place] + found
    return found.rjust(6, "0")


def parts(text: str) -> tuple[str, str] | None:
    """Prefix and secret of what looks like a token and has the right checksum; None of anything else."""
    found = PATTERN.fullmatch(text)
    return (found[1], found[2]) if found and checksum(found[1], found[2]) == found[3] else None


def hashed(text: str, key: str = "") -> str:
    """HMAC-SHA-256 of the whole token under the installation's key, in hex."""
    return salted_hmac("accounts.tokens", text, secret=key or settings.SECRET_KEY, algorithm="sha256").hexdigest()


def is_of(token: MachineToken, text: str) -> bool:
    """Whether this is the token's secret, in constant time. A key of before still counts, until it is taken away."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any([constant_time_compare(hashed(text, key), token.secret_hash) for key in keys])


def find(text: str) -> MachineToken | None:
    """The token whose text this may be (by its prefix alone), with its organisation. One query, or none."""
    known = parts(text)
    if known is None:
        return None
    return MachineToken.objects.select_related("organisation").filter(prefix=known[0]).first()


def why_not(token: MachineToken, text: str, address: str) -> Refusal | None:
    """Why this does not open the door; None where it does. Whoever has no right secret learns nothing else."""
    if not is_of(token, text):
        return TokenRefused(_("This token is not valid."))
    if token.withdrawn_at is not None:
        return TokenRefused(_("This token was withdrawn."))
    if token.expires_at <= clock.now():
        return TokenRefused(_("The time of this token is over. Ask your laboratory's administrator for a new one."))
    if not token.organisation.is_active:
        return TokenRefused(_("The organisation of this token is not active."))
    if token.network and not is_within(address, token.network):
        return WrongNetwork(_("This token may not be used from this network address."))
    return None


def is_within(address: str, network: str) -> bool:
    """Whether an address belongs to a network (CIDR); an IPv4 address in IPv6's clothes counts as what it is."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = given.ipv4_mapped if isinstance(given, ipaddress.IPv6Address) else None
    return (mapped or given) in ipaddress.ip_network(network)


def actor_of(token: MachineToken, address: str) -> Actor:
    """The machine: of its organisation, in no role of a person, with the scopes of its token and nothing else."""
    return Actor(
        person=None,
        name=token.name,
        organisation=token.organisation_id,
        organisation_name=token.organisation.name,
        role=MACHINE,
        door=Door.API,
        session=f"token {token.prefix}",
        request_id=current.get(),
        address=address,
        purpose=Purpose.TREATMENT,
        machine=token.pk,
        scopes=frozenset(token.scopes),
    )


def used(token: MachineToken, address: str) -> None:
    """Keep when and from where it was used last; written at most once a minute from one address."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at >= SELDOM or token.last_used_address != address:
        MachineToken.objects.filter(pk=token.pk).update(last_used_at=now, last_used_address=address)


def given(request: HttpRequest) -> str | None:
    """What a request to the API brings as its token, '' included; None where it brings none.

    Such a request is the machine's alone: whatever cookies come along are not looked at.
    """
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" and request.path.startswith("/api/") else None
