"""Reads the Maildir into which the demo's mail server files every mail, so that a visitor can read them."""

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

from django.conf import settings

from consult.desk.demo import doors, personas

MOST = 200  # mails in the list


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `key` names it in addresses, without telling the file's name; `at` is when it arrived, in UTC."""

    key: str
    to: str
    subject: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a mail's text; with `url` it is a link into this demo."""

    text: str
    url: str = ""


def mails(to: str = "") -> list[Mail]:
    """The newest mails, newest first; those to one address where it is given."""
    found = []
    for path in _files():
        mail = _read(path)
        if not to or to in mail.to:
            found.append(mail)
        if len(found) == MOST:
            break
    return found


def mail(key: str) -> Mail | None:
    """The mail of this key."""
    return next((_read(path) for path in _files() if _key(path) == key), None)


def pieces(mail: Mail) -> Iterator[Piece]:
    """The body as text and links. Only addresses of this system become links: at the origin of the recipient's own.

    A browser can then be the asker in one tab and the expert in another.
    """
    ours = re.compile(re.escape(settings.PUBLIC_ORIGIN) + r"/[^\s<>\"']*[^\s<>\"'.,;:!?)]|" + settings.PUBLIC_ORIGIN)
    persona = next((each for each in personas.PERSONAS if each.email in mail.to), None)
    origin = doors.origin_of(persona.label) if persona else settings.PUBLIC_ORIGIN
    end = 0
    for match in ours.finditer(mail.body):
        if match.start() > end:
            yield Piece(mail.body[end : match.start()])
        path = match.group().removeprefix(settings.PUBLIC_ORIGIN) or "/"
        yield Piece(match.group(), origin + path)
        end = match.end()
    if end < len(mail.body):
        yield Piece(mail.body[end:])


def _files() -> list[Path]:
    """The files of the Maildir, newest first; none where there is no sink."""
    if not settings.MAIL_SINK:
        return []
    root = Path(settings.MAIL_SINK)
    files = [path for folder in ("new", "cur") for path in (root / folder).glob("*")]
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _key(path: Path) -> str:
    """A name for addresses: the file's own holds the machine's name."""
    return hashlib.sha256(path.name.partition(":")[0].encode()).hexdigest()[:20]


def _read(path: Path) -> Mail:
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=default)
    text = message.get_body(("plain",))
    return Mail(
        key=_key(path),
        to=str(message["X-Envelope-To"] or message["To"] or ""),
        subject=str(message["Subject"] or ""),
        at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        body=str(text.get_content()) if text else "",
    )
