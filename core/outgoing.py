"""Fetching an address that somebody typed in: the only place in the application that does.

The name is looked up once, every address it has is judged, and the connection goes to one that was judged: a name that
means something else a moment later reaches nothing. Private addresses (the own network, this computer, what clouds
offer at 169.254.169.254) are reached only where OUTGOING_NETWORKS names them. Redirects are not followed, answers are
read up to MOST_BYTES and for MOST_SECONDS, and neither proxies nor passwords are taken from the environment.
"""

import http.client
import io
import ipaddress
import socket
import time
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

MOST_BYTES = 1_000_000
MOST_SECONDS = 10.0  # for one answer as a whole, status line and headers too
WAIT = 5.0  # seconds for the connection, for the TLS handshake, and for each piece of the answer
# NAT64 (RFC 6052), IPv4-translated (RFC 2765), and IPv4-compatible addresses (RFC 4291, 2.5.5.1)
WAYS = [ipaddress.ip_network(each) for each in ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")]
Unreachable = requests.RequestException  # what everything here raises


def may_reach(address: str) -> bool:
    """Whether this IP address may be connected to: a public one, or one that the site has named."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if any(found in ipaddress.ip_network(each) for each in settings.OUTGOING_NETWORKS):
        return True
    return found.is_global and not found.is_multicast and not _wraps_private(found)


def _wraps_private(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an IPv6 address is a way to an IPv4 one (6to4, Teredo, and WAYS), judged by nobody on its way; or of the
    own site, as fec0::/10 was and in some networks still is."""
    if not isinstance(found, ipaddress.IPv6Address):
        return False
    return bool(found.sixtofour or found.teredo or found.is_site_local or any(found in each for each in WAYS))


def is_sound(url: str) -> bool:
    """Whether an address is one to ask: https with a host and nothing that hides one. http in the demo and tests."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    schemes = {"https", "http"} if settings.OUTGOING_PLAIN_HTTP else {"https"}
    plain = url.isascii() and url.isprintable() and not any(each in url for each in ' \\"<>^`{|}#@')
    return plain and parts.scheme in schemes and bool(parts.hostname) and port != 0


def _judged(host: str, port: int) -> str:
    """One address of this host; OSError where it has none, or one that may not be reached."""
    found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(may_reach(str(each)) for each in found):
        raise OSError("no address of this host may be reached")
    return str(sorted(map(str, found), key=lambda each: ":" in each)[0])


class _Timed(io.RawIOBase):
    """What comes from a socket until a moment. A timeout of the socket holds for each piece, however small."""

    def __init__(self, connected: socket.socket, source: io.RawIOBase, until: float) -> None:
        self._connected, self._source, self._until = connected, source, until

    def readable(self) -> bool:
        """As BufferedReader asks."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """The next piece. Raises TimeoutError once the time is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self._connected.settimeout(min(left, WAIT))
        return self._source.readinto(buffer)

    def close(self) -> None:
        """The socket's file goes with it."""
        self._source.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that is there until a moment, with status line, headers, lengths of pieces and all."""

    def __init__(self, connected: socket.socket, *args: Any, until: float, **kwargs: Any) -> None:
        super().__init__(connected, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(connected, self.fp.detach(), until))


class _Plain(HTTPConnection):
    """A connection to an address that was judged; the name stays what TLS asks the certificate for."""

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Each answer has its time, also on a connection that is used again."""
        answer = partial(_Answer, until=time.monotonic() + MOST_SECONDS)
        self.response_class = answer  # type: ignore[assignment]  # called like a class, and nothing else
        super().request(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        try:
            return create_connection(
                (_judged(self._dns_host, self.port), self.port),
                self.timeout,
                source_address=self.source_address,
                socket_options=self.socket_options,
            )
        except OSError as error:
            raise NewConnectionError(self, "cannot be reached") from error


class _Secure(_Plain, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class Outgoing(requests.Session):
    """requests' session under the rules above. Everything that goes wrong is a requests.RequestException."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = settings.OUTGOING_CA_FILE or True
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter())

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """The answer, read whole. Raises RequestException for an address that may not be asked, too."""
        if not is_sound(str(url)):
            raise requests.exceptions.InvalidURL("this address may not be asked")
        given = {**kwargs, "allow_redirects": False, "stream": True, "timeout": WAIT}
        with super().request(str(method), str(url), *args, **given) as answer:
            if answer.is_redirect:
                raise requests.TooManyRedirects("redirects are not followed")
            read = bytearray()
            for piece in answer.iter_content(16_384):
                read += piece
                if len(read) > MOST_BYTES:
                    raise requests.exceptions.ContentDecodingError("the answer is too long")
            answer._content = bytes(read)  # what iter_content has read is gone otherwise
        return answer
