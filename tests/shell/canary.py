"""The words of a patient that nobody has, all that a run leaves outside the clinical record, and the look through it.

What is looked through: see `Seen` and `left_behind`. What is not, because it is the record itself: the pages and
answers that show a case to who may see it, the stored documents' content, and the tables named in RECORD.
"""

import base64
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client

from tests.cast import CANARY, Answer

GIVEN, NUMBER, HISTORY, ACCESSION = "Roodborstlijster", "Kanarie-4711", "Kwikstaartje", "Ijsvogel-4712"
WORDS = (CANARY, GIVEN, NUMBER, HISTORY, ACCESSION)
RECORD = {
    "cases_case": "the number and the clinical details",
    "cases_patient": "the name",
    "cases_patientidentifier": "the numbers",
    "requests_consultrequest": "the question as it was sent",
    "reports_reportversion": "what was signed",
    "search_searchkey": "the words and numbers by which the record is found",
}
WAITING_FILE = b":case-import:"  # what waits an hour between its preview and its import, under a random key
SESSION = b"sessions.cached_db"  # what somebody has searched for may be in it, and others search beside this test
TITLES = re.compile(r"<title>(.*?)</title>", re.S)
ADDRESSES = re.compile(r"""\s(?:href|action|src|hx-\w+|data-[\w-]*url)=["']([^"']*)["']""")
HEADERS_SHOWN = frozenset({"ETag", "Content-Type", "Content-Length"})


@cache
def spellings(word: str) -> set[bytes]:
    """The word as it may stand in a file, an address or a packed value; to be looked for without regard to case."""
    plain = {word, quote(word), quote_plus(word), word.replace("-", ""), word.encode("unicode_escape").decode()}
    return {each.lower().encode() for each in plain} | {word.lower().encode("utf-16-le")}


@cache
def packed(word: str) -> set[bytes]:
    """The word in base64 wherever it begins in what was packed; case counts."""
    parts = set()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + word.encode())
        parts.add(text[(0, 2, 3)[before] + (0 if before == 0 else 1) : len(text) - 4])
    return parts


def leaks(outputs: dict[str, bytes], words: tuple[str, ...] = WORDS) -> list[str]:
    """The places that hold one of the words, with the word."""
    found = []
    for place, content in outputs.items():
        small = content.lower()
        for word in words:
            if place.startswith("title") and word == ACCESSION:
                continue  # the window says which case it shows
            if any(each in small for each in spellings(word)) or any(each in content for each in packed(word)):
                found.append(f"{word} in {place}")
    return found


class Seen(Client):
    """A client that keeps what a browser, a proxy and their logs would keep of each answer."""

    outputs: dict[str, bytes]

    def request(self, **request: object) -> Answer:
        """As the client does."""
        answer = super().request(**request)
        keep = self.outputs
        number = len(keep)
        query = f"?{request['QUERY_STRING']}" if request.get("QUERY_STRING") else ""
        keep[f"address asked {number}"] = f"{request['PATH_INFO']}{query}".encode()
        for name, value in answer.headers.items():
            if name not in HEADERS_SHOWN:
                keep[f"header {name} {number}"] = value.encode()
        keep[f"cookies {number}"] = answer.cookies.output().encode()
        if not answer.streaming and "html" in answer.headers.get("Content-Type", ""):
            page = answer.content.decode()
            keep[f"title {number}"] = " ".join(TITLES.findall(page)).encode()
            keep[f"addresses in a page {number}"] = " ".join(ADDRESSES.findall(page)).encode()
        if answer.status_code in {400, 401, 403, 404, 405, 410, 413, 415, 429, 500} and not answer.streaming:
            keep[f"error {answer.status_code} {number}"] = answer.content
        return answer


def seen_as(client: Client, outputs: dict[str, bytes]) -> Seen:
    """The same session, watched."""
    watched = Seen(raise_request_exception=False)
    watched.cookies, watched.outputs = client.cookies, outputs
    return watched


def left_behind(log: str, mails: list[EmailMessage]) -> dict[str, bytes]:
    """Everything that stays when the run is over, by place."""
    return {
        "log": log.encode(),
        **{f"mail {number}": _mail(mail) for number, mail in enumerate(mails)},
        **dict(tables()),
        **{f"session {row.pk[:6]}": repr(_unpacked(row)).encode() for row in Session.objects.all()},
        **dict(_valkey()),
        "names of files": "\n".join(_file_names()).encode(),
    }


def _mail(mail: EmailMessage) -> bytes:
    return mail.message().as_bytes() + f"{mail.subject}\n{mail.body}\n{mail.to}".encode()


def tables(record: bool = False) -> Iterator[tuple[str, bytes]]:
    """Every table whole that is not the record itself: jobs with their keys and errors, audit, inbox. Or the record."""
    with connection.cursor() as cursor:
        cursor.execute(  # the parts of a table are read through it
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition ORDER BY 1"
        )
        for name in [name for (name,) in cursor.fetchall() if (name in RECORD) == record]:
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{name}" t')
            yield f"table {name}", (cursor.fetchone()[0] or "").encode()


def _unpacked(row: Session) -> dict[str, object]:
    return dict(row.get_decoded())


def _valkey() -> Iterator[tuple[str, bytes]]:
    """Keys and values of the cache and of the queue's messages; of sessions the values of this test's own alone."""
    own = caches["default"].key_prefix.encode()
    for place, url in (("cache", settings.REDIS_URL), ("broker", _broker())):
        with redis.Redis.from_url(url) as server:
            for key in server.scan_iter(count=1000):
                yield f"{place} key {key!r}", key
                if WAITING_FILE not in key and not (SESSION in key and own not in key):
                    yield f"{place} value {key!r}", _value(server, key)


def _broker() -> str:
    path = settings.CELERY_BROKER_URL
    if path.startswith("redis+socket://"):
        return path.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return path


def _value(server: Any, key: bytes) -> bytes:
    kind = server.type(key)
    if kind == b"string":
        return bytes(server.get(key) or b"")
    if kind == b"list":
        return b"\n".join(server.lrange(key, 0, -1))
    if kind == b"hash":
        return b"\n".join(part for pair in server.hgetall(key).items() for part in pair)
    if kind == b"zset":
        return b"\n".join(server.zrange(key, 0, -1))
    return b"\n".join(server.smembers(key)) if kind == b"set" else b""


def _file_names() -> Iterator[str]:
    for root in (settings.STORAGE_ROOT, settings.SLIDE_ROOT):
        yield from (str(path.relative_to(root)) for path in Path(root).rglob("*"))
