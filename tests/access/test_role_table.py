"""The table of roles in docs/roles.md is what the code gives, and what the doors do.

Each row is asked at a real door, by the same person of the world under each role in turn, and by whoever runs the
installation: a cell that says yes comes in, a cell that says no is refused. The doors and what is sent through them
are those of the access matrix.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.work import enter_absence
from accounts.models import Membership
from accounts.roles import Role
from cases.basis.kinds import Kind
from cases.emergency.models import EmergencyAccess
from cases.models import Case
from consult.desk import role_table
from consult.desk.role_table import PLATFORM
from consult.reports import hooks
from consult.reports.actions.edit import edit
from consult.reports.content import content_hash
from slides.models import SlideImage
from tests.access.asking import ask
from tests.access.row import (
    JSON,
    NOBODY,
    Row,
    body,
    of_first_report,
    of_outside_expert,
    of_report,
    of_request,
    version_of_report,
    version_of_request,
)
from tests.access.table import ROWS
from tests.cast import CANARY, PASSWORD, World, client_for, local_day, outsider
from tests.emergency.helping import call

Ask = Callable[[Client, World], bool]


@dataclass(frozen=True)
class Door:
    """Who asks, in the role of the column, and whether they come in. `before` changes what lies behind the door."""

    who: str
    ask: Ask
    before: Callable[[World], object] = lambda world: None


def at(route: str, method: str, who: str, before: Callable[[World], object] = lambda world: None) -> Door:
    """The first row of the matrix for this route and method that lets this person in."""
    return by(next(row for row in ROWS if (row.route, row.method) == (route, method) and who in row.ok), who, before)


def by(row: Row, who: str, before: Callable[[World], object] = lambda world: None) -> Door:
    """A door described as in the matrix."""
    return Door(who, lambda client, world: ask(client, row, world) == "in", before)


def showing(words: Callable[[World], str], route: str, who: str) -> Door:
    """A page that says something to those who may know it."""
    row = next(row for row in ROWS if (row.route, row.method) == (route, "GET") and who in row.ok)

    def asks(client: Client, world: World) -> bool:
        response = client.get(reverse(row.route, kwargs=row.arguments(world)))
        return response.status_code == 200 and words(world) in response.content.decode()

    return Door(who, asks)


def listed(route: str) -> Door:
    """A page of the admin site; who is refused is led to a page that says so."""
    return Door("admin", lambda client, world: client.get(reverse(route), follow=True).status_code == 200)


def with_rows(route: str) -> Door:
    """A list of the admin site that holds something."""

    def asks(client: Client, world: World) -> bool:
        response = client.get(reverse(route), follow=True)
        return response.status_code == 200 and response.context["cl"].result_count > 0

    return Door("admin", asks)


def tab(view: str) -> Door:
    """A view of the worklist, among the tabs of the first page."""

    def asks(client: Client, world: World) -> bool:
        response = client.get(reverse("desk:home"))
        return response.status_code == 200 and f'id="tab-{view}"' in response.content.decode()

    return Door("asker", asks)


def finds_experts(client: Client, world: World) -> bool:
    """Whether somebody else stands in the list that this person is given."""
    answer = client.get(reverse("api-experts"), {"text": "Expert"})
    return str(world.expert.membership) in answer.content.decode()


def asked_of_me(client: Client, world: World) -> bool:
    """Whether the colleague stands among the experts that somebody else finds."""
    answer = client_for(world.stranger).get(reverse("api-experts"), {"text": "Colleague"})
    return str(world.colleague.membership) in answer.content.decode()


def written(world: World) -> None:
    """The opinion of an accepted request, complete but for its signature."""
    report, text = world.report("accepted"), {"answer": "Yes.", "diagnosis": "Spitz naevus.", "confidence": "definite"}
    edit(actor=world.expert, report_id=report.pk, version=report.version, seen=world.seen("accepted"), text=text)


def signs(client: Client, world: World) -> bool:
    """With everything right but perhaps the role: what is wrong with the text is said before whose step it is."""
    report = world.report("accepted")
    row = Row(
        "api-report-sign",
        "POST",
        frozenset(),
        arguments=of_report("accepted"),
        content_type=JSON,
        body=body(
            shown_sha256=content_hash(hooks.compose(report)),
            password=PASSWORD,
            confirmed=[check.code for check in hooks.checks_for(world.expert, report)],
        ),
        version=version_of_report("accepted"),
    )
    return ask(client, row, world) == "in"


def ends_ones_own(client: Client, world: World) -> bool:
    """The clinician's own, to a case of the own laboratory: as holder whatever the role became, or as its owner."""
    access = EmergencyAccess.objects.filter(person=world.clinician.person).latest("started_at")
    address = reverse("emergency:end", args=[access.pk])
    came_in = client.post(address).status_code == 302
    if came_in:
        EmergencyAccess.objects.filter(pk=access.pk).update(status="running")
    return came_in


def closed(world: World) -> None:
    Case.objects.filter(pk=world.case("sent").pk).update(status="closed")


def unreadable(world: World) -> None:
    SlideImage.objects.filter(slide=world.slides("sent")[0]).update(status="unreadable")


def expert_away(world: World) -> None:
    """The expert is away today, and the colleague stands in."""
    mine, today = world.expert.acting(), local_day()
    Membership.objects.filter(pk=mine).update(deputy=world.expert_colleague.membership)
    enter_absence(actor=world.expert, membership_id=mine, first_day=today, last_day=today)


TAKE_OVER = Row(
    "api-request-take_over",
    "POST",
    frozenset(),
    arguments=lambda world: {"request_id": world.request("sent").pk},
    content_type=JSON,
    body=body(),
    version=version_of_request("sent"),
)


def outside_row(action: str) -> Row:
    """One step of the outside expert who is proposed for the draft."""
    return Row(
        "requests:act_on_outside_expert",
        "POST",
        NOBODY,
        arguments=lambda world: of_outside_expert(world) | {"action": action},
        body=f"{action}-version=1",
    )


ASKERS = ("send", "discard", "reply", "withdraw", "add_slides", "confirm_identity", "acknowledge", "close")
EXPERTS = ("accept", "decline", "ask", "give_number")
DOORS: dict[tuple[str, str], Door] = {
    ("cases", "set SEE_HOME_CASES"): at("cases:detail", "GET", "colleague"),
    ("slides", "set SEE_HOME_CASES"): at("slides:view", "GET", "colleague"),
    ("requests", "set SEE_HOME_CASES"): at("requests:detail", "GET", "colleague"),
    ("reports", "set SEE_HOME_CASES"): at("reports:detail", "GET", "colleague"),
    ("cases", "set EDIT_CASES"): at("cases:import", "GET", "colleague"),
    ("requests", "set REQUEST"): at("requests:new", "GET", "colleague"),
    ("reports", "set SIGN"): at("reports:edit", "POST", "expert"),
    ("people", "set LISTED"): Door("colleague", asked_of_me),
    ("people", "set ADMINISTER"): at("accounts:invite", "GET", "admin"),
    ("people", "set MAKE_TOKENS"): at("accounts:tokens", "POST", "admin"),
    ("people", "set SET_SIGN_IN"): at("accounts:single_sign_on", "POST", "admin"),
    ("record", "set SEE_SIGN_IN"): at("accounts:single_sign_on", "GET", "admin"),
    ("record", "set SEE_TOKENS"): at("accounts:tokens", "GET", "admin"),
    ("record", "set ADMINISTER"): with_rows("admin:notifications_notification_changelist"),
    ("record", "set READ_AUDIT"): at("desk:audit", "GET", "officer"),
    ("record", "set READ_AUDIT_OF_OWN"): with_rows("admin:audit_auditevent_changelist"),
    ("record", "set READ_STEPS"): with_rows("admin:workflow_timelineentry_changelist"),
    ("record", "set SEE_SEALS"): listed("admin:audit_auditseal_changelist"),
    ("record", "set READ_WHO_LOOKED"): at("desk:looked", "GET", "colleague"),
    ("record", "set READ_OWN_TRAIL"): at("api-audit-mine", "GET", "colleague"),
    ("admin", "set ENTER_ADMIN_SITE"): listed("admin:index"),
    ("cases", "set BREAK_GLASS"): at("emergency:open", "GET", "stranger"),
    ("record", "set REVIEW_EMERGENCIES"): showing(lambda world: "Reviews owed", "emergency:list", "clinician"),
    ("people", "set RUN_INSTALLATION"): listed("admin:accounts_organisation_add"),
    ("admin", "set RUN_INSTALLATION"): listed("admin:jobs_job_changelist"),
    ("people", "step agreement propose"): at("api-agreements", "POST", "admin"),
    ("people", "step agreement confirm"): at("api-agreement-confirm", "POST", "admin"),
    ("people", "step agreement decline"): at("api-agreement-decline", "POST", "admin"),
    ("people", "step agreement withdraw"): at("api-agreement-withdraw", "POST", "expert_admin"),
    ("people", "step agreement end"): at("api-agreement-end", "POST", "admin"),
    ("people", "set MEMBERS"): Door("colleague", finds_experts),
    ("cases", "share view_case"): at("cases:detail", "GET", "expert"),
    ("cases", "share view_identity"): showing(lambda world: CANARY.upper(), "cases:detail", "expert"),
    ("cases", "share view_first_report"): by(
        Row("reports:detail", "GET", frozenset(), arguments=of_first_report("sent")), "expert"
    ),
    **{("requests", f"worklist {view}"): tab(view) for view in ("mine", "asked", "waiting", "lab", "done")},
    ("cases", "step case register"): at("api-cases", "POST", "colleague"),
    ("cases", "step case edit"): at("api-case", "PATCH", "colleague"),
    ("cases", "step case correct"): at("api-case-corrections", "POST", "colleague"),
    ("cases", "step case add_material"): at("api-case-material", "POST", "colleague"),
    ("cases", "step case correct_material"): at("api-case-material-corrections", "POST", "colleague"),
    ("cases", "step case close"): at("api-case-close", "POST", "colleague"),
    ("cases", "step case reopen"): at("api-case-reopen", "POST", "colleague", closed),
    ("cases", "step patient register"): at("api-patients", "POST", "colleague"),
    ("cases", "step patient correct"): at("api-patient", "PATCH", "colleague"),
    ("cases", "set SET_LEGAL_RULES"): at("basis:state", "GET", "admin"),
    ("cases", "set READ_LEGAL_RULES"): at("basis:rules", "GET", "colleague"),
    ("cases", "step legal_rule state"): at("api-legal-rules", "POST", "admin"),
    ("cases", "step legal_rule drop"): at("api-legal-rule-drop", "POST", "admin"),
    ("cases", "step legal_confirmation confirm"): at("api-legal-rule-confirm", "POST", "admin"),
    **{("cases", f"step legal_fact {kind}"): at("api-legal-basis", "POST", "colleague") for kind in Kind},
    ("cases", "step legal_fact end"): at("api-legal-basis-end", "POST", "colleague"),
    ("cases", "step objection object"): at("objections:record", "GET", "colleague"),
    ("cases", "step objection lift"): at("api-objection-lift", "POST", "colleague"),
    ("cases", "step exclusion keep_out"): at("exclusions:record", "GET", "colleague"),
    ("cases", "step exclusion let_in"): at("api-exclusion-lift", "POST", "colleague"),
    ("record", "step emergency end"): Door("clinician", ends_ones_own, lambda world: call(world, world.clinician)),
    ("record", "step emergency review"): at("emergency:review", "POST", "officer"),
    ("record", "step emergency send_letter"): at("emergency:letter", "POST", "colleague"),
    ("slides", "step image link"): at("slides:upload", "POST", "colleague", unreadable),
    ("slides", "step image retry"): at("slides:retry", "POST", "colleague", unreadable),
    ("slides", "step image take_off"): at("api-slide-take-off", "POST", "colleague"),
    ("requests", "step request create"): at("api-requests", "POST", "colleague"),
    ("requests", "step request edit"): at("api-request", "PATCH", "asker"),
    **{("requests", f"step request {each}"): at(f"api-request-{each}", "POST", "asker") for each in ASKERS},
    **{("requests", f"step request {each}"): at(f"api-request-{each}", "POST", "expert") for each in EXPERTS},
    ("requests", "step request take_over"): by(TAKE_OVER, "expert_colleague", expert_away),
    **{
        ("requests", f"step outside_expert {step}"): by(row, who)
        for step, row, who in (
            ("propose", Row("requests:propose_outside_expert", "POST", NOBODY, arguments=of_request("draft")), "asker"),
            ("confirm", outside_row("confirm"), "admin"),
            ("refuse", outside_row("refuse"), "admin"),
        )
    },
    ("reports", "step report edit"): at("api-report", "PATCH", "expert"),
    ("reports", "step report sign"): Door("expert", signs, written),
    ("reports", "step report receive_again"): at("api-reports", "POST", "colleague"),
}
NOT_ASKED = {
    ("requests", "step outside_expert withdraw"): "by who proposed, or an administrator: test_outside_expert.py asks",
    ("cases", "step legal_rule supersede"): "taken by stating another one",
    ("cases", "step legal_fact withdraw"): "the same door as ending a record: tests/basis takes it",
    ("record", "step emergency open"): "the same door as the row of the roles that may; tests/emergency opens cases",
    ("people", "set TWO_FACTORS"): "opens nothing and closes everything without: tests/accounts/test_second_factor.py",
    ("people", "set REGISTERED"): "says what is kept of somebody and opens nothing",
    ("cases", "share view_label"): "no page shows a label image, and no request shares one",
    ("cases", "share view_earlier"): "no page shows earlier cases to who reads by a share, and no request shares them",
    ("slides", "step image expect"): "no page offers it; the demo's seeder calls it",
    ("requests", "step request answer"): "taken by signing the report",
    ("reports", "step report start"): "taken by accepting the request",
    ("reports", "step report discard"): "taken when the request ends",
    ("reports", "step report receive"): "the same door as a newer version; every case of the world has its first",
}
TABLE = {(row.part, row.source): row for row in role_table.rows()}


def test_the_page_in_docs_is_what_the_code_gives() -> None:
    words = "docs/roles.md differs: write it again with manage.py role_table"
    assert role_table.PAGE.read_text(encoding="utf-8") == role_table.page(), words


def test_every_row_is_asked_or_says_why_not() -> None:
    assert set(DOORS) | set(NOT_ASKED) == set(TABLE)
    assert not set(DOORS) & set(NOT_ASKED)


@pytest.mark.usefixtures("own_cache")  # passwords are counted there
@pytest.mark.ci
@pytest.mark.parametrize("key", sorted(DOORS), ids=lambda key: f"{key[0]}-{key[1]}".replace(" ", "-"))
def test_the_doors_agree_with_the_table(world: World, key: tuple[str, str]) -> None:
    door = DOORS[key]
    door.before(world)
    client, own = (
        client_for(world.people[door.who]),
        Membership.objects.filter(pk=world.people[door.who].membership or ""),
    )
    came_in = set()
    for role in Role:
        own.update(role=role)
        if door.ask(client, world):
            came_in.add(role.value)
    own.update(role=Role.AUDITOR)
    if door.ask(outsider("platform@installation.example"), world):
        came_in.add(PLATFORM)
    assert came_in == set(TABLE[key].cells)
