"""What a signer's browser holds between preview and signature, and how it is sent."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from consult.reports.actions.edit import edit
from consult.reports.effects import store
from consult.reports.models import Report, ReportDocument
from tests.cast import PASSWORD, Answer, World

HIDDEN = re.compile(
    r'<input type="hidden" name="(version|shown_sha256|shown_parts|seen_case|seen_patient)" value="([^"]+)"'
)
ANSWER = "A Spitz naevus, nothing worse."


def write(world: World, state: str = "accepted", **text: str) -> Report:
    """The expert writes the opinion of the request in this state."""
    report = world.report(state)
    return edit(
        actor=world.expert,
        report_id=report.pk,
        version=report.version,
        seen=world.seen(state),
        text={"answer": ANSWER, "diagnosis": "Spitz naevus", **text},
    )


def preview(client: Client, report: Report) -> dict[str, str]:
    """Look at the preview, as the last thing before signing: what the browser would send back."""
    response = client.get(reverse("reports:preview", args=[report.pk]))
    assert response.status_code == 200
    return dict(HIDDEN.findall(response.content.decode()))


def sign(
    client: Client, report: Report, held: dict[str, str], *, confirmed: Sequence[str] = (), **more: object
) -> Answer:
    """Press the button. The answer of the server, as the test client has it.

    The cast's slides have no image: that this is known is always confirmed.
    """
    body = {**held, "password": PASSWORD, "confirmed": ["slides_not_opened", *confirmed], **more}
    return client.post(reverse("reports:sign", args=[report.pk]), body)


@contextmanager
def documents_in(folder: Path, settings: Any) -> Iterator[None]:
    """The storage of documents in a folder of the test's own."""
    kept = dict(settings.STORAGES)
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**kept, "default": backend}
    yield


def make_document(report: Report) -> ReportDocument:
    """The PDF of the newest version, as the job makes it."""
    made = store(report, report.versions.order_by("-number")[0])
    assert default_storage.exists(made.name)
    return made
