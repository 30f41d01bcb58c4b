"""The patient's name in everything that a run leaves outside the clinical record: nowhere.

People do what they do with a patient whose words nobody else has: import, register, look at every page and every door
of the API there is, ask, answer, sign, administer, and be refused. Then everything else that the system has written is
looked through (tests/shell/canary.py says what).
"""

import base64
import io
import json
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from PIL import Image
from pythonjsonlogger.json import JsonFormatter

from cases.access.lock import Seen as OnScreen
from cases.importing import store
from cases.models import Case, Slide
from config.admin import site
from consult.reports.models import Report
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.models import ConsultRequest
from core.jobs import run
from core.jobs.models import Job
from core.web.logs import NoMessageOfException, RequestIdFilter
from notifications.live import Stream, look
from slides.models import SlideImage
from tests.access.people import WHO
from tests.access.row import JSON
from tests.access.table import ROWS
from tests.cast import CANARY, PATHS, World, client_for, outsider
from tests.shell.canary import (
    ACCESSION,
    GIVEN,
    HISTORY,
    NUMBER,
    WORDS,
    Seen,
    leaks,
    left_behind,
    packed,
    seen_as,
    spellings,
    tables,
)
from tests.shell.test_headers import undone

pytestmark = [pytest.mark.ci, pytest.mark.commits]
Outputs = dict[str, bytes]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """All that is logged, as the console gets it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter("%(message)s %(request_id)s"))
    for each in (RequestIdFilter(), NoMessageOfException()):
        handler.addFilter(each)
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_nothing_but_the_record_names_the_patient(
    world: World, own_cache: None, mailoutbox: list[EmailMessage], log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: Outputs = {}
    case = _import(seen_as(client_for(world.staff), outputs), world)
    _register(seen_as(client_for(world.asker), outputs), world)
    _send_an_image(seen_as(client_for(world.staff), outputs), case)
    _look_at(seen_as(client_for(world.staff), outputs), _ask_and_answer(world, case))
    _look_at_everything(world, outputs)
    _administer(seen_as(_administering_with_cases(world), outputs))
    _be_refused(world, outputs, monkeypatch)
    _fail_a_job(world, monkeypatch)
    run.drain()
    for path in (reverse("health-live"), reverse("health-ready"), reverse("api-schema")):
        outputs[path] = Client().get(path).content
    for who in (world.asker, world.expert):
        told = look(Stream(who.who(), client_for(who).session.session_key or "", "en"), "")
        outputs[f"live {who.name}"] = repr(told).encode()
    outputs |= left_behind(log.getvalue(), mailoutbox)

    assert leaks(outputs) == []
    _says_enough(outputs, mailoutbox, case)
    assert {place for place, text in tables(record=True) if not leaks({place: text})} == set(), "no part of the record"
    for place in ("log", "mail 0", "table jobs_job", "table audit_auditevent", "names of files"):
        for word in WORDS:
            planted = {place: outputs[place] + b" " + word.upper().encode()}
            assert leaks(planted) == [f"{word} in {place}"]


def _says_enough(outputs: Outputs, mails: list[EmailMessage], case: Case) -> None:
    """That there was something to look through: otherwise silence would prove nothing."""
    assert len(mails) >= 3
    places = " ".join(outputs)
    for each in ("title", "address asked", "header Location", "header Content-Disposition", "error 404", "error 500"):
        assert each in places, each
    for each in ("session ", "cache key", "broker value", "table django_session", "table notifications_notification"):
        assert each in places, each
    assert str(case.pk).encode() in outputs["table audit_auditevent"]
    assert b"exception" in outputs["log"]
    assert Job.objects.exclude(error="").exists()
    assert ACCESSION.encode() in b"".join(text for place, text in outputs.items() if place.startswith("title"))


def _import(staff: Seen, world: World) -> Case:
    """From a file, with a first attempt that is refused."""
    head = (
        "accession_number,organ_system,patient_number,family_name,given_names,birth_date,sex,clinical_details,material"
    )
    bad, good = (
        f'{ACCESSION},{organ},{NUMBER},{CANARY},{GIVEN},1956-11-05,F,{HISTORY},"A1 HE"' for organ in ("heart", "breast")
    )
    for row in (bad, good):
        file = SimpleUploadedFile(f"{CANARY}.csv", f"{head},specimen_type\n{row},excision".encode(), "text/csv")
        preview = staff.post(reverse("cases:import"), {"file": file})["Location"]
        shown = staff.get(preview)
        staff.post(preview)
    assert shown.context["problems"] == []
    case = Case.objects.get(accession_number=ACCESSION)
    assert store.kept(world.staff, UUID(preview.rstrip("/").rpartition("/")[2])) is None, (
        "the file went with its import"
    )
    return case


def _register(asker: Seen, world: World) -> None:
    """Through the API, and found again by number and name."""
    patient = {"family_name": CANARY, "given_names": GIVEN, "identifiers": [{"system": "LOCAL", "value": f"{NUMBER}2"}]}
    body = {"accession_number": f"{ACCESSION}2", "organ_system": "skin", "history": HISTORY, "patient": patient}
    key = {"Idempotency-Key": "canary-key-1"}
    assert asker.post(reverse("api-cases"), json.dumps(body), JSON, headers=key).status_code == 201
    assert asker.post(reverse("api-patients-search"), json.dumps({"number": NUMBER}), JSON).status_code == 200
    assert asker.post(reverse("cases:jump"), {"accession_number": ACCESSION}).status_code == 302
    asker.post(reverse("cases:new"), {"number": NUMBER, "family_name": CANARY, "look": "1"})


def _send_an_image(staff: Seen, case: Case) -> None:
    """Named after the patient, with the name inside."""
    slide = Slide.objects.filter(case=case).first()
    assert slide is not None
    content = io.BytesIO()
    Image.effect_noise((600, 400), 60).convert("RGB").save(content, "JPEG", comment=f"{CANARY} {NUMBER}".encode())
    file = SimpleUploadedFile(f"{CANARY} {NUMBER}.jpg", content.getvalue(), "image/jpeg")
    address = reverse("slides:upload", args=[slide.pk])
    assert staff.post(address, {"file": file, "seen_case": 1, "seen_patient": 1}).status_code == 302
    run.drain()
    image = SlideImage.objects.get(slide=slide)
    assert image.status == "ready"
    prepared = Path(settings.SLIDE_ROOT) / "prepared"
    made = [path for path in prepared.rglob("*") if path.is_file() and str(slide.pk) in str(path)]
    assert made
    assert leaks({path.name: path.read_bytes() for path in made}) == []


def _ask_and_answer(world: World, case: Case) -> ConsultRequest:
    """From the question to its end, by the actions that the pages call."""
    on_screen = OnScreen(1, 1)
    request = create(actor=world.asker, case_id=case.pk, seen=on_screen)
    slides = list(Slide.objects.filter(case=case).values_list("pk", flat=True))
    draft = Draft(question=f"Is this {CANARY}'s?", expert=world.expert.membership, slides=slides)
    request = edit(actor=world.asker, request_id=request.pk, version=request.version, seen=on_screen, draft=draft)
    for step in PATHS["closed"][:-1]:
        request = step(world, request, on_screen)
        run.drain()
    return request


def _look_at(staff: Seen, request: ConsultRequest) -> None:
    """Every page of the case that was asked about."""
    slide = Slide.objects.filter(case=request.case_id).values_list("pk", flat=True)[0]
    report = Report.objects.get(request=request).pk
    pages = ["detail", "edit", "correct", "correct_patient", "add_material", "correct_material", "material"]
    addresses = [reverse(f"cases:{page}", args=[request.case_id]) for page in pages]
    addresses += [reverse(f"requests:{page}", args=[request.pk]) for page in ("detail", "read", "news")]
    addresses += [reverse(f"slides:{page}", args=[slide]) for page in ("view", "meta")]
    addresses += [reverse("reports:detail", args=[report])]
    addresses += [reverse(f"reports:{page}", args=[report, 1]) for page in ("document", "pdf")]
    for address in addresses:
        assert staff.get(address).status_code == 200, address


def _look_at_everything(world: World, outputs: Outputs) -> None:
    """Every row of the access matrix, by the first and the last of those who may come in; what it changes is undone."""
    for row in ROWS:
        people = sorted(set(row.ok) & set(world.people), key=WHO.index)
        for who in {*people[:1], *people[-1:]}:
            client = seen_as(client_for(world.people[who]), outputs)
            with undone():  # also what a row makes to be asked about: an objection would close the case to the rest
                body = row.body if isinstance(row.body, str) else row.body(world)
                headers = {"Idempotency-Key": "canary-key-2"}
                if row.version:
                    headers["If-Match"] = f'"{row.version(world)}"'
                address = reverse(row.route, kwargs=row.arguments(world)) + row.query
                data = "" if row.method == "GET" else body
                client.generic(row.method, address, data=data, content_type=row.content_type, headers=headers)


def _administering_with_cases(world: World) -> Client:
    """Somebody whom the admin site shows cases: a platform administrator who is staff of the laboratory too."""
    user = world.user("staff")
    user.is_platform_admin = True
    user.save()
    return client_for(world.staff)


def _administer(admin: Seen) -> None:
    """Every list of the admin site, and the first row of each. Searching by name: see the test below."""
    for model, page in site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        admin.get(reverse(f"{base}_changelist"))
        for row in page.model._default_manager.all()[:1]:
            admin.get(reverse(f"{base}_change", args=[row.pk]))


def _be_refused(world: World, outputs: Outputs, monkeypatch: pytest.MonkeyPatch) -> None:
    """By strangers, by nonsense, by a fault of ours whose words hold the name."""
    case = world.case("sent")
    for client in (client_for(world.stranger), outsider("nobody@installation.example"), Client()):
        watched = seen_as(client, outputs)
        for accept in ("text/html", JSON):
            watched.get(reverse("cases:detail", args=[case.pk]), headers={"Accept": accept})
            watched.post(reverse("cases:close", args=[case.pk]), {"reason": CANARY}, headers={"Accept": accept})
            watched.get(f"/cases/{case.pk}/nowhere", headers={"Accept": accept})
    asker = seen_as(client_for(world.asker), outputs)
    asker.post(reverse("api-patients-search"), '{"number": "' + CANARY, JSON)
    asker.post(reverse("api-cases"), json.dumps({"patient": CANARY}), "text/plain")
    asker.delete(reverse("cases:list"), CANARY)
    asker.post(reverse("account_login"), {"login": f"{CANARY}@x.example", "password": CANARY})

    def fail(*args: object, **kwargs: object) -> None:
        raise ValueError(f"duplicate key: {CANARY} {NUMBER}")

    with monkeypatch.context() as patch:
        patch.setattr("cases.views.detail.open_case", fail)
        for accept in ("text/html", JSON):
            asker.get(reverse("cases:detail", args=[case.pk]), headers={"Accept": accept})


def _fail_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server that repeats what it was sent."""

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(f"550 {CANARY}: no such mailbox")

    request = world.request("accepted")
    with monkeypatch.context() as patch:
        patch.setattr("notifications.effects.deliver", fail)
        PATHS["waiting"][-1](world, request, world.seen("accepted"))
        run.drain()


def test_what_is_searched_for_is_in_the_session_alone(world: World) -> None:
    """It must be somewhere while results are turned over, and neither an address nor a log holds it."""
    client = _administering_with_cases(world)
    outputs: Outputs = {}
    watched = seen_as(client, outputs)
    officer = client_for(world.officer)
    privacy = seen_as(officer, outputs)
    for who, address, field in (
        (watched, reverse("admin:cases_case_changelist"), "q"),
        (watched, reverse("desk:search"), "text"),
        (privacy, reverse("desk:audit"), "person"),
    ):
        answer = who.post(address, {field: CANARY})
        assert answer.status_code == 302
        shown = who.get(answer["Location"])
    assert CANARY in shown.text, "it stands in its box"
    file = privacy.post(reverse("desk:audit_file"), {"person": CANARY, "reason": "check"})
    assert file["Content-Type"].startswith("text/csv")
    assert privacy.post(reverse("desk:audit_file"), {"person": CANARY}).status_code == 422
    assert leaks(outputs) == []
    assert {name for name, value in officer.session.items() if CANARY in repr(value)} == {"searches"}
    held = {name for name, value in client.session.items() if CANARY in repr(value)}
    assert held == {"admin_search", "searches"}


@pytest.mark.parametrize("word", WORDS)
def test_the_look_finds_the_word_however_it_is_written(word: str) -> None:
    for each in spellings(word):
        assert leaks({"x": b"..." + each + b"..."}, (word,)), each
    for before in range(3):
        assert leaks({"x": base64.b64encode(b"a" * before + word.encode() + b"b" * 4)}, (word,)), before
    assert all(len(each) > 6 for each in packed(word))
    assert leaks({"x": b"nothing of it"}, (word,)) == []
