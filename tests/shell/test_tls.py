"""`manage.py verify_tls` at servers of every sort: it finds what should not be spoken, and lets good ones through."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from socket import create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command

from core import clock

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:ssl.TLSVersion")]
Paper = tuple[Path, Path]


@pytest.fixture
def paper(tmp_path: Path) -> Callable[..., Paper]:
    """A certificate for localhost that vouches for itself, and its key, as PEM files."""

    def make(*, days: int = 90, old: bool = False) -> Paper:
        key = rsa.generate_private_key(65537, 2048) if old else ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = clock.now()
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        certificate, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, secret

    return make


@contextmanager
def server(paper: Paper, change: Callable[[ssl.SSLContext], None] = lambda context: None) -> Iterator[str]:
    """Something that shakes hands, and its origin."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*paper)
    change(context)
    with create_server(("localhost", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    plain, _address = listening.accept()
                    with plain, suppress(OSError), context.wrap_socket(plain, server_side=True) as spoken:
                        spoken.recv(1)

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{listening.getsockname()[1]}"


def only_12(context: ssl.SSLContext) -> None:
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def good(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")


def weak(context: ssl.SSLContext) -> None:
    context.set_ciphers("AES128-SHA:ECDHE+AESGCM:@SECLEVEL=0")


def old(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1


def test_a_good_proxy_is_let_through(paper: Callable[..., Paper], capsys: pytest.CaptureFixture[str]) -> None:
    made = paper()
    with server(made, good) as origin:
        call_command("verify_tls", origin=origin, trust=str(made[0]))
    assert "the certificate is trusted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "words"),
    [(only_12, "speak TLS 1.3"), (weak, "The cipher AES128-SHA is accepted"), (old, "speak 1.2 and 1.3 alone")],
)
def test_what_should_not_be_spoken_is_found(
    paper: Callable[..., Paper], change: Callable[[ssl.SSLContext], None], words: str
) -> None:
    made = paper(old=True)
    with server(made, change) as origin, pytest.raises(CommandError, match=words):
        call_command("verify_tls", origin=origin, trust=str(made[0]))


def test_a_certificate_that_nobody_trusts_or_that_ends_is_found(paper: Callable[..., Paper]) -> None:
    with server(paper(), good) as origin, pytest.raises(CommandError, match="do not trust the certificate"):
        call_command("verify_tls", origin=origin)
    made = paper(days=5)
    with server(made, good) as origin, pytest.raises(CommandError, match=r"ends in [45] days"):
        call_command("verify_tls", origin=origin, trust=str(made[0]))


def test_where_nobody_answers_it_says_so() -> None:
    with create_server(("localhost", 0)) as taken:
        free = taken.getsockname()[1]
    with pytest.raises(CommandError, match="Nobody answers"):
        call_command("verify_tls", origin=f"https://localhost:{free}")
    with pytest.raises(CommandError, match="not an https address"):
        call_command("verify_tls", origin="http://localhost")
