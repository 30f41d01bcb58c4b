"""What a browser meets at this installation's address, where the site's proxy ends TLS: certificate, versions, ciphers.

Asked from outside by handshakes that offer what should be refused. OWASP ASVS 5.0, V12.1.1, V12.1.2 and V12.2.2.
"""

import socket
import ssl
import warnings
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

TIMEOUT = 10  # seconds
ENDS_SOON = 14  # days
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
GOOD = ("AESGCM", "AESCCM", "CHACHA20")
# All of TLS 1.2 but the suites that encrypt and authenticate in one (AEAD) under a key that is not kept.
WEAK = ":".join(
    ("ALL", "COMPLEMENTOFALL", *(f"!{key}+{cipher}" for key in ("ECDHE", "DHE") for cipher in GOOD), "@SECLEVEL=0")
)


def findings(host: str, port: int, *, trust: ssl.SSLContext, now: datetime) -> Iterator[str]:
    """A sentence for each thing that is wrong. `trust` says which certificates are good: a default context.

    OSError where nobody answers at all.
    """
    try:
        with _shake(host, port, trust) as spoken:
            if spoken.version() != "TLSv1.3":
                yield f"The newest version spoken is {spoken.version()}: speak TLS 1.3, and prefer it."
            yield from _ends_soon(spoken, now)
    except ssl.SSLCertVerificationError as refused:
        yield f"Browsers do not trust the certificate: {refused.verify_message}."
    except ssl.SSLError as refused:
        yield f"No browser can connect: {refused.reason}."
    if old := _accepted(host, port, _offering(*OLD, "ALL:@SECLEVEL=0")):
        yield f"{old[0]} is spoken: speak 1.2 and 1.3 alone."
    if weak := _accepted(host, port, _offering(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, WEAK)):
        yield f"The cipher {weak[1]} is accepted: leave only those with ECDHE or DHE and GCM, CCM or ChaCha20."


def _shake(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    """A connection. Raises OSError, of which ssl.SSLError is one."""
    plain = socket.create_connection((host, port), TIMEOUT)
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise


def _ends_soon(spoken: ssl.SSLSocket, now: datetime) -> Iterator[str]:
    told = spoken.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), tz=timezone.get_default_timezone())
    if (ends - now).days < ENDS_SOON:
        yield f"The certificate ends in {(ends - now).days} days: renew it."


def _offering(lowest: ssl.TLSVersion, highest: ssl.TLSVersion, ciphers: str) -> ssl.SSLContext:
    """A browser that takes any certificate and offers these alone: it is to be refused, and sends nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers(ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the versions that are to be refused
        context.minimum_version, context.maximum_version = lowest, highest
    return context


def _accepted(host: str, port: int, context: ssl.SSLContext) -> tuple[str, str] | None:
    """The version and the cipher that were agreed on, None where the handshake failed."""
    try:
        with _shake(host, port, context) as spoken:
            cipher = spoken.cipher()
            return str(spoken.version()), cipher[0] if cipher else ""
    except OSError:
        return None
