"""A request under a pseudonym: nobody in the answering laboratory learns who the patient is, anywhere, ever."""

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.actions.agreement import end
from accounts.models import Membership, Organisation
from cases.models import Case
from consult.reports.models import Report
from consult.requests.actions.acknowledge import acknowledge
from consult.requests.actions.ask import ask
from consult.requests.actions.close import close
from consult.requests.actions.create import create
from consult.requests.actions.edit import Draft, edit
from consult.requests.actions.reply import reply
from consult.requests.models import ConsultRequest
from core.errors import Invalid
from core.jobs import run
from tests.access.table import ROWS
from tests.cast import World, agree, client_for, sign_opinion
from tests.requests.blind import GIVEN, NAME, STATE, accepted, drafted, name_the_patient, sent

pytestmark = pytest.mark.ci


def secrets(world: World) -> list[str]:
    """What says who the patient of the case is, as it might stand on a page."""
    case = world.case(STATE)
    number = case.patient.identifiers.get().value
    return [NAME.lower(), GIVEN.lower(), case.accession_number.lower(), number.lower(), "09 mar 1956", "1956-03-09"]


def named_in(world: World, text: str) -> list[str]:
    found = text.lower()
    return [secret for secret in secrets(world) if secret in found]


@pytest.fixture(autouse=True)
def named(world: World) -> None:
    """The patient of the draft's case under a name of their own."""
    name_the_patient(world)


@pytest.fixture
def hidden(world: World) -> ConsultRequest:
    """A request under a pseudonym that the expert has accepted; the clinical details name the patient."""
    history = f"Mrs {NAME}, born 9 March 1956, N-draft: growing lesion."
    Case.objects.filter(pk=world.case(STATE).pk).update(history=history)
    return accepted(world, sent(world, drafted(world)))


def closed(world: World, request: ConsultRequest) -> ConsultRequest:
    given = {"actor": world.asker, "request_id": request.pk, "seen": world.seen(STATE)}
    request = acknowledge(**given, version=request.version)  # type: ignore[arg-type]  # its own arguments
    return close(**given, version=request.version, use="adopted")  # type: ignore[arg-type]  # its own arguments


def addresses(world: World, request: ConsultRequest) -> list[str]:
    """Every page and answer of the matrix that the expert, or a colleague who keeps the record, may open about it."""
    report = Report.objects.get(request=request)
    slide = world.slides(STATE)[0].pk
    values = {
        "case_id": request.case_id,
        "pk": request.pk,
        "request_id": request.pk,
        "report_id": report.pk,
        "slide_id": slide,
        "number": 1,
        "name": "ask",
    }
    found = set()
    for row in ROWS:
        if row.method != "GET" or "outside_expert" in row.route:
            continue  # who is invited from outside: the row makes one, and this request is no draft
        wanted = set(row.arguments(world))
        if wanted <= set(values):
            found.add(reverse(row.route, kwargs={name: values[name] for name in wanted}) + row.query)
    return sorted(found)


@pytest.mark.parametrize(
    ("who", "stage"),
    [
        (who, stage)
        for who in ("expert", "expert_colleague", "expert_admin")
        for stage in ("accepted", "answered", "closed")
    ],
)
def test_no_page_and_no_answer_of_the_api_says_who_it_is(
    world: World, hidden: ConsultRequest, who: str, stage: str
) -> None:
    request = hidden
    if stage != "accepted":
        request = sign_opinion(world, request, world.seen(STATE))
    if stage == "closed":
        request = closed(world, request)
    run.drain()
    client, opened = client_for(world.people[who]), 0
    for address in addresses(world, request):
        answer = client.get(address, headers={"Accept": "text/html, application/json"})
        content = b"".join(answer) if answer.streaming else answer.content
        text = content.decode(errors="replace")
        opened += answer.status_code == 200 and request.pseudonym in text
        assert not named_in(world, text), (address, named_in(world, text))
    assert opened >= {"expert": 5, "expert_colleague": 2, "expert_admin": 0}[who]


def test_the_expert_meets_one_pseudonym_everywhere_and_the_asking_laboratory_is_told_which(
    world: World, hidden: ConsultRequest
) -> None:
    expert, asker = client_for(world.expert), client_for(world.asker)
    for page in (reverse("requests:detail", args=[hidden.pk]), reverse("cases:detail", args=[hidden.case_id])):
        text = expert.get(page).content.decode()
        assert hidden.pseudonym in text
        assert "1956" in text
    own = asker.get(reverse("requests:detail", args=[hidden.pk])).content.decode()
    assert hidden.pseudonym in own
    assert NAME.upper() in own


def test_names_in_the_clinical_details_are_hidden_from_the_expert_alone(world: World, hidden: ConsultRequest) -> None:
    text = client_for(world.expert).get(reverse("requests:detail", args=[hidden.pk])).content.decode()
    assert "growing lesion" in text
    assert "[…]" in text
    assert NAME in client_for(world.asker).get(reverse("requests:detail", args=[hidden.pk])).content.decode()


def test_the_opinion_is_signed_under_the_pseudonym_and_reads_under_the_name_where_it_is_known(
    world: World, hidden: ConsultRequest
) -> None:
    request = sign_opinion(world, hidden, world.seen(STATE))
    report = Report.objects.get(request=request)
    content = report.versions.get().tree
    assert content.patient.pseudonym == request.pseudonym
    assert not named_in(world, str(content))
    page = client_for(world.asker).get(reverse("reports:detail", args=[report.pk])).content.decode()
    assert NAME.upper() in page
    assert request.pseudonym in page


def test_the_own_report_stays_at_home(world: World, hidden: ConsultRequest) -> None:
    own = Report.objects.get(case=hidden.case_id, kind="received")
    client = client_for(world.expert)
    assert client.get(reverse("reports:detail", args=[own.pk])).status_code == 404
    page = client.get(reverse("cases:detail", args=[hidden.case_id])).content.decode()
    assert "No report is open to you." in page and "There is no report yet." not in page


def test_who_reads_under_the_pseudonym_is_told_what_the_dots_are(world: World, hidden: ConsultRequest) -> None:
    address = reverse("requests:detail", args=[hidden.pk])
    dots, ask = "[…] stands in place of words", "ask for it in other words"
    shown = client_for(world.expert).get(address).content.decode()
    assert dots in shown and ask in shown
    assert dots not in client_for(world.asker).get(address).content.decode()
    closed(world, sign_opinion(world, hidden, world.seen(STATE)))
    kept = client_for(world.expert).get(address).content.decode()
    assert dots in kept and ask not in kept, "nobody is asked any more"


def test_a_text_that_names_the_patient_is_not_sent_before_somebody_has_looked(world: World) -> None:
    request = drafted(world, question=f"Is this {NAME}'s second naevus?")
    with pytest.raises(Invalid) as refusal:
        sent(world, request)
    said = f"Question seems to say who the patient is: {NAME}. Change it, or say that you have looked."
    assert refusal.value.fields["texts_checked"] == said
    client, address = client_for(world.asker), reverse("requests:check", args=[request.pk])
    assert f"Question: {NAME}" in client.get(address).content.decode()
    form = {"seen_case": 1, "seen_patient": 1, "version": request.version}
    assert said in client.post(address, form).content.decode(), "what is wrong, and what to do about it"
    assert sent(world, request, texts_checked=True).status == "sent"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("question", "Is north-draft-1 a second naevus?"),
        ("working_diagnosis", f"{GIVEN} {NAME}: Spitz?"),
        ("question", f"{NAME.upper()}, {GIVEN[0]}. {GIVEN}: Spitz?"),
        ("question", "N-draft: how far in the margin?".replace("N-draft", "NORTH DRAFT 1")),
    ],
)
def test_a_number_or_the_full_name_is_not_sent_whatever_somebody_ticks(world: World, field: str, text: str) -> None:
    request = drafted(world, **{field: text})
    with pytest.raises(Invalid) as refusal:
        sent(world, request, texts_checked=True)
    assert "names the patient" in refusal.value.fields[field]
    client, address = client_for(world.asker), reverse("requests:check", args=[request.pk])
    form = {"seen_case": 1, "seen_patient": 1, "version": request.version, "texts_checked": "on"}
    for answer in (client.get(address), client.post(address, form)):
        page = answer.content.decode()
        assert "names the patient" in page and f"#id_{field}" in page
        assert "id_texts_checked" not in page, "there is nothing to tick"
    request = drafted(world, **{field: "A second naevus?"})
    assert sent(world, request).status == "sent"


@pytest.mark.parametrize(
    "text", ["received {0:%d/%m/%Y}", "on {0:%-d %B}, {0:%Y}", "{0:%Y-%m-%d}", "born 9.3.56", "560309-1234"]
)
def test_the_days_of_birth_and_of_receipt_are_asked_about(world: World, text: str) -> None:
    case = world.case(STATE)
    request = drafted(world, question=text.format(case.received_at.astimezone(ZoneInfo(case.organisation.time_zone))))
    with pytest.raises(Invalid) as refusal:
        sent(world, request)
    assert "texts_checked" in refusal.value.fields
    assert sent(world, request, texts_checked=True).status == "sent"


def test_the_page_before_sending_promises_no_more_than_the_pseudonym(world: World) -> None:
    page = client_for(world.asker).get(reverse("requests:check", args=[drafted(world).pk])).content.decode()
    assert "the question and the report under the pseudonym, as its own record" in page
    assert "the patient, the question and the report" not in page


def test_an_answer_that_names_the_patient_is_held_up(world: World, hidden: ConsultRequest) -> None:
    given = {"request_id": hidden.pk, "seen": world.seen(STATE)}
    request = ask(actor=world.expert, version=hidden.version, text="Since when?", **given)  # type: ignore[arg-type]  # its own arguments
    client, page = client_for(world.asker), reverse("requests:act", args=[request.pk, "reply"])
    form = {"seen_case": 1, "seen_patient": 1, "version": request.version, "text": f"{NAME} says two years."}
    held = client.post(page, form)
    assert held.status_code == 422
    assert "who the patient is" in held.content.decode()
    assert "two years" in held.content.decode()
    assert client.post(page, form | {"texts_checked": "on"}).status_code == 302
    with pytest.raises(Invalid):
        reply(actor=world.asker, version=request.version + 1, text=NAME, **given)  # type: ignore[arg-type]  # its own arguments


def test_an_answer_with_the_full_name_is_held_up_whatever_somebody_ticks(world: World, hidden: ConsultRequest) -> None:
    given = {"request_id": hidden.pk, "seen": world.seen(STATE)}
    request = ask(actor=world.expert, version=hidden.version, text="Since when?", **given)  # type: ignore[arg-type]  # its own arguments
    page = reverse("requests:act", args=[request.pk, "reply"])
    form = {"seen_case": 1, "seen_patient": 1, "version": request.version, "texts_checked": "on"}
    held = client_for(world.asker).post(page, form | {"text": f"{GIVEN} {NAME} says two years."})
    assert held.status_code == 422
    assert "This names the patient" in held.content.decode() and "two years" in held.content.decode()


def test_who_knows_the_patient_cannot_read_under_a_pseudonym(world: World) -> None:
    colleague = Membership.objects.get(pk=world.colleague.acting())
    with pytest.raises(Invalid) as refusal:
        sent(world, drafted(world, expert=colleague.pk))
    assert "knows who this patient is" in refusal.value.fields["expert"]


def test_who_reads_under_a_pseudonym_is_not_told_the_name_by_another_request(
    world: World, hidden: ConsultRequest
) -> None:
    other = create(actor=world.asker, case_id=hidden.case_id, seen=world.seen(STATE))
    slides = [world.slides(STATE)[0].pk]
    draft = Draft(question="And this?", expert=world.expert.membership, slides=slides)
    other = edit(actor=world.asker, request_id=other.pk, version=other.version, seen=world.seen(STATE), draft=draft)
    with pytest.raises(Invalid) as refusal:
        sent(world, other)
    assert hidden.number in refusal.value.fields["expert"]


def test_an_agreement_about_pseudonyms_lets_no_name_out(world: World) -> None:
    agreement = world.agreement("confirmed")
    end(actor=world.admin, agreement_id=agreement.pk, version=agreement.version, reason="Another one")
    own, other = (Organisation.objects.get(memberships=each.membership) for each in (world.asker, world.expert))
    agree(own, other, identity="pseudonymised")
    client, request = client_for(world.asker), world.request(STATE)
    form = client.get(reverse("requests:edit", args=[request.pk])).content.decode()
    assert "Under a pseudonym only, as your agreement says" in form
    with pytest.raises(Invalid) as refusal:
        sent(world, request)
    assert "is_pseudonymised" in refusal.value.fields
    assert sent(world, drafted(world)).status == "sent"


def test_a_correction_of_the_name_is_no_news_to_the_expert_and_another_patient_is(
    world: World, hidden: ConsultRequest
) -> None:
    case = world.case(STATE)
    type(case.patient).objects.filter(pk=case.patient_id).update(family_name="Corrected", version=2)
    page = reverse("requests:detail", args=[hidden.pk])
    assert "corrected" not in client_for(world.expert).get(page).content.decode().lower()
    Case.objects.filter(pk=case.pk).update(patient=world.case("sent").patient_id, identity_version=2)
    assert "another patient" in client_for(world.expert).get(page).content.decode().lower()
