"""`manage.py verify_tls`: whether what a browser meets at PUBLIC_ORIGIN is as docs/operations.md asks for."""

import ssl
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.web.tls import findings


class Command(BaseCommand):
    """Exit status 1 where something is wrong, or nobody answers."""

    help = "Asks the site's proxy what it speaks: certificate, versions of TLS, ciphers."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--origin` for another address, `--trust` for a file with the site's own authority."""
        parser.add_argument("--origin", default=settings.PUBLIC_ORIGIN)
        parser.add_argument("--trust", default=None, help="certificates of an authority, PEM, instead of the machine's")

    def handle(self, *args: Any, origin: str, trust: str | None, **options: Any) -> None:
        """Say what was found."""
        asked = urlsplit(origin)
        if asked.scheme != "https" or not asked.hostname:
            raise CommandError(f"{origin} is not an https address.")
        try:
            context = ssl.create_default_context(cafile=trust)
            wrong = list(findings(asked.hostname, asked.port or 443, trust=context, now=clock.now()))
        except OSError as error:
            raise CommandError(f"Nobody answers at {origin}: {error.strerror or type(error).__name__}.") from error
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"{origin}: the certificate is trusted, TLS 1.2 and 1.3 alone, no weak cipher.")
