"""A mail server that delivers nowhere: every mail becomes a file of a Maildir, which the demo's mail page shows.

    python -m deploy.launcher.smtp_sink MAILDIR PORTFILE

Listens on a free port of 127.0.0.1 (Django's mail knows no unix sockets) and writes its number to PORTFILE.
"""

import asyncio
import mailbox
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LIMIT = 20_000_000  # bytes of one mail


class Keeper:
    """Files each mail; the envelope's recipients go into a header, since blind copies are named nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.mails = mailbox.Maildir(folder, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = mailbox.MaildirMessage(envelope.original_content or b"")
        mail["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.mails.add(mail)
        return "250 Kept"


async def serve(folder: Path, portfile: Path) -> None:
    """Until SIGTERM."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    keeper = Keeper(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=LIMIT, hostname="sink.localhost"), "127.0.0.1", 0
    )
    new = portfile.with_suffix(".new")
    new.write_text(str(server.sockets[0].getsockname()[1]))
    new.replace(portfile)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
