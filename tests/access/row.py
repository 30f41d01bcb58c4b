"""What a row of the access matrix says, and the words to say it with.

`ok` are those who come in. Of the others, nobody signed in goes to sign-in, `forbidden` are told no (they may know
that the thing exists, or the room is not for their role), and everybody else gets 404, as if it were not there.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.at_rest import encrypted
from accounts.models import IdentityProvider, MachineToken
from accounts.oidc.client import PURPOSE
from consult.reports.models import Report
from consult.reports.models.report import Kind
from consult.requests.models import OutsideExpert
from consult.requests.outside.actions import Who, propose
from core import clock
from notifications.models import Notification
from tests.access.people import WHO
from tests.accounts.machine_tokens import made_token
from tests.cast import World

Arguments = Callable[[World], dict[str, object]]

EVERYBODY = frozenset(WHO) - {"machine"}  # every person: what a machine may is in FOR_MACHINES
MEMBERS = EVERYBODY - {"anonymous", "nobody", "platform"}
SIGNED_IN = EVERYBODY - {"anonymous"}
NOBODY: frozenset[str] = frozenset()  # is told no: whoever does not come in hears that nothing is there
OUTSIDE = frozenset({"nobody", "platform"})  # signed in, without a membership: every clinical door says 403


def nothing(world: World) -> dict[str, object]:
    """A route without arguments."""
    return {}


@dataclass(frozen=True)
class Row:
    """One route and method. `ok` and `forbidden` name people; `arguments` finds the thing in the world."""

    route: str
    method: str
    ok: frozenset[str]
    forbidden: frozenset[str] = OUTSIDE
    arguments: Arguments = nothing
    query: str = ""
    body: str | Callable[[World], str] = ""
    content_type: str = "application/x-www-form-urlencoded"
    version: Callable[[World], int | str] | None = None  # sent as If-Match
    anonymous: str = "login"  # what nobody signed in hears

    def expected(self, who: str) -> str:
        """in, login, 403 or 404."""
        if who == "machine":
            return self._expected_of_machine()
        if who in self.ok:
            return "in"
        if who == "anonymous":
            return self.anonymous
        return "403" if who in self.forbidden else "404"

    def _expected_of_machine(self) -> str:
        """Beside the API it is nobody. There it sees what its laboratory's staff does, where that is for machines."""
        if not self.route.startswith("api-"):
            return self.expected("anonymous")
        if (self.route, self.method) not in FOR_MACHINES:
            return "403"
        return "in" if "colleague" in self.ok else "404"


# What a token for reading cases opens. Everything else of the API says 403, whether or not there is anything.
FOR_MACHINES = {
    ("api-cases", "GET"),
    ("api-case", "GET"),
    ("api-patients-search", "POST"),
    ("api-patient", "GET"),
}


def people(text: str) -> frozenset[str]:
    """Names separated by spaces; a misspelt one fails at once."""
    names = frozenset(text.split())
    assert names <= EVERYBODY, names - EVERYBODY
    return names


EDITORS = people("asker colleague staff expert expert_colleague stranger mirrored")  # each in the own laboratory
LAB = people("asker colleague staff")  # sees the cases of the asking laboratory
ASKING = people("asker colleague")  # its pathologists
EXPERT = people("expert")
PARTIES = people(  # of both laboratories
    "asker colleague staff clinician admin officer auditor expert expert_colleague expert_admin"
)
ANSWERING = people("expert expert_colleague")  # the answering laboratory keeps what it accepted
OFFICER = people("officer")  # the privacy officer of the asking laboratory
JSON = "application/json"
SEEN = "seen_case=1&seen_patient=1&version=1"


def seen(state: str) -> Callable[[World], str]:
    """What the page of the request in this state would send along."""
    return lambda world: f"seen_case=1&seen_patient=1&version={world.request(state).version}"


def draft(state: str) -> Callable[[World], str]:
    """The same of its report's draft."""
    return lambda world: f"seen_case=1&seen_patient=1&version={world.report(state).version}"


def version_of_request(state: str) -> Callable[[World], int]:
    """The ETag of the request in this state."""
    return lambda world: world.request(state).version


def version_of_report(state: str) -> Callable[[World], int]:
    """The ETag of its report."""
    return lambda world: world.report(state).version


def body(**more: object) -> str:
    """A body of the API that carries what was on the screen."""
    return json.dumps({"seen": {"case": 1, "patient": 1}, **more})


def of_agreement(status: str, **more: object) -> Arguments:
    """The confirmed agreement of the two laboratories, or the one that is proposed."""
    return lambda world: {"agreement_id": world.agreement(status).pk, **more}


def of_outside_expert(world: World) -> dict[str, object]:
    """The outside expert who is proposed for the draft, by this very row where nobody is yet."""
    draft = world.request("draft")
    found = OutsideExpert.objects.filter(request=draft).first()
    who = Who("Ada", "Outside", "ada@outside.example", "Elsewhere", "DE", "DE-1", "Register", "Knows it")
    return {"expert_id": (found or propose(actor=world.asker, request_id=draft.pk, who=who)).pk}


def of_token(world: World) -> dict[str, object]:
    """A token of the asking laboratory that stands, made where there is none yet."""
    found = MachineToken.objects.filter(organisation=world.admin.organisation, withdrawn_at=None).first()
    return {"token_id": (found or made_token(world, "cases:read")[0]).pk}


def with_provider(world: World) -> dict[str, object]:
    """No argument; the asking laboratory has single sign-on, at a provider that is never asked."""
    if not IdentityProvider.objects.filter(organisation=world.admin.organisation).exists():
        IdentityProvider.objects.create(
            organisation_id=world.admin.lab(),
            issuer="https://idp.example",
            client_id="consilium",
            secret=encrypted("words", PURPOSE),
            changed_by_id=world.admin.who(),
            changed_at=clock.now(),
        )
    return {}


def of_work(world: World) -> dict[str, object]:
    """The membership of the expert."""
    return {"membership_id": world.expert.membership}


def of_case(state: str) -> Arguments:
    """The case whose request is in this state."""
    return lambda world: {"case_id": world.case(state).pk}


def of_patient(state: str) -> Arguments:
    """The patient of the case whose request is in this state."""
    return lambda world: {"patient_id": world.case(state).patient_id}


def of_request(state: str, **more: object) -> Arguments:
    """The request in this state."""
    return lambda world: {"pk": world.request(state).pk, **more}


def of_report(state: str, **more: object) -> Arguments:
    """The consultation report of the request in this state."""
    return lambda world: {"report_id": world.report(state).pk, **more}


def of_first_report(state: str, **more: object) -> Arguments:
    """The asking laboratory's own report of the case whose request is in this state."""
    return lambda world: {"report_id": Report.objects.get(case=world.case(state), kind=Kind.RECEIVED).pk, **more}


def of_slide(state: str, number: int = 0) -> Arguments:
    """The slide that the request in this state shares (0), or the one it does not (1)."""
    return lambda world: {"slide_id": world.slides(state)[number].pk}


def both(route: str, ok: frozenset[str], **more: Any) -> list[Row]:
    """The same people for looking and for doing."""
    return [Row(route, "GET", ok, **more), Row(route, "POST", ok, **more)]


def of_person(who: str) -> Arguments:
    """This person of the asking laboratory."""
    return lambda world: {"person_id": world.people[who].who()}


def of_membership(who: str) -> Arguments:
    """The membership of this person."""
    return lambda world: {"membership_id": world.people[who].acting()}


def of_organisation(world: World) -> dict[str, object]:
    """The asking laboratory."""
    return {"organisation_id": world.admin.organisation}


def of_inbox(who: str) -> Arguments:
    """The newest notification of this person."""
    return lambda world: {
        "notification_id": Notification.objects.filter(recipient=world.people[who].person).latest("created_at").pk
    }
