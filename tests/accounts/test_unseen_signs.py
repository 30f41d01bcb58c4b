"""Signs that turn a name round, or that nobody sees, are not kept in a name or a reason."""

from accounts.actions.invite import invite
from accounts.actions.make_token import make_token
from accounts.actions.organisation import OrganisationFields, edit_organisation
from accounts.models import Organisation
from consult.requests.actions.withdraw import withdraw
from core.workflow.models import TimelineEntry
from tests.cast import World

TURN = "\u202e"


def test_a_token_is_called_what_one_reads(world: World) -> None:
    made, _text = make_token(
        actor=world.admin, name=f"LIS{TURN}", purpose=f"{TURN}Cases", scopes=["cases:read"], days=3
    )
    assert (made.name, made.purpose) == ("LIS", "Cases")


def test_people_and_laboratories_are(world: World) -> None:
    invited = invite(
        actor=world.admin,
        organisation_id=world.admin.lab(),
        email="a@b.example",
        given_name=f"A{TURN}da",
        family_name=f"{TURN}Byron",
        role="secretary",
    )
    assert (invited.given_name, invited.family_name) == ("Ada", "Byron")
    lab = Organisation.objects.get(pk=world.admin.lab())
    fields = OrganisationFields(name=f"{lab.name}{TURN}", short_name=f"{TURN}Lab", country=lab.country)
    assert edit_organisation(actor=world.admin, organisation_id=lab.pk, fields=fields).short_name == "Lab"


def test_a_reason_is_kept_as_one_reads_it(world: World) -> None:
    request = world.request("sent")
    seen = world.seen("sent")
    withdraw(actor=world.asker, request_id=request.pk, version=request.version, seen=seen, reason=f"Not{TURN} needed")
    assert TimelineEntry.objects.filter(noun_id=request.pk).latest("at", "pk").reason == "Not needed"
