"""Anchors: copies of checkpoints outside this database, so that not even its owner can rewrite or shorten the record.

Where to is the site's choice: a file on another disk that only grows, or a command that gets the checkpoint on its
standard input (mails it, writes it to a bucket, has it stamped).
"""

import subprocess
from pathlib import Path

from django.conf import settings

from core import clock
from core.audit.models import AuditAnchor, AuditSeal

PATIENCE = 60  # seconds for the site's command


class NotAnchored(Exception):
    """The copy could not be made; it is tried again with the next tick."""


def anchor() -> AuditAnchor | None:
    """Copy the newest checkpoint where the site wants it; None where it is there already, or nowhere wanted.

    The newest is enough: each seal holds the hash of the one before. Raises NotAnchored.
    """
    newest = AuditSeal.objects.order_by("-number").first()
    if newest is None or not is_wanted() or AuditAnchor.objects.filter(seal=newest.number).exists():
        return None
    try:
        _to_file(newest.checkpoint)
        _to_command(newest.checkpoint)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotAnchored(type(error).__name__) from error
    made, _is_new = AuditAnchor.objects.get_or_create(seal=newest.number, defaults={"at": clock.now()})  # two may tick
    return made


def notes(file: Path) -> list[str]:
    """The checkpoints that a file holds, oldest first."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    found, note = [], ""
    for line in lines:
        note += line
        if line.startswith("\N{EM DASH} "):
            found.append(note)
            note = ""
    return [*found, note] if note.strip() else found


def is_wanted() -> bool:
    """Whether the site has said where to."""
    return bool(settings.AUDIT_ANCHOR_FILE or settings.AUDIT_ANCHOR_COMMAND)


def _to_file(checkpoint: str) -> None:
    if settings.AUDIT_ANCHOR_FILE:
        with Path(settings.AUDIT_ANCHOR_FILE).open("a", encoding="utf-8") as file:
            file.write(checkpoint)


def _to_command(checkpoint: str) -> None:
    if settings.AUDIT_ANCHOR_COMMAND:
        # The site's own words, from its own settings: nothing that anybody sent is in them.
        subprocess.run(  # noqa: S603
            settings.AUDIT_ANCHOR_COMMAND, input=checkpoint, text=True, check=True, timeout=PATIENCE
        )
