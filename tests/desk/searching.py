"""What tests of the search ask: what somebody finds, by kind, and of which states of the world."""

from cases.finding import find_cases, typed
from consult.desk.search.kinds import search
from consult.requests.finding import find_requests
from core.actor import Actor
from tests.cast import STATES, World


def found(actor: Actor, text: str) -> dict[str, set[str]]:
    """The titles that the actor finds, by kind, pages aside."""
    groups = search(actor, text, by="test", size=40)
    return {group.kind.name: {hit.title for hit in group.hits} for group in groups if group.kind.name != "page"}


def states_of(actor: Actor, text: str, world: World) -> dict[str, set[str]]:
    """The states of the world's cases and requests that the actor finds."""
    cases = {view.id for view in find_cases(actor, typed(text), size=40).things}
    requests = {row.request.pk for row in find_requests(actor, typed(text), size=40).things}
    return {
        "case": {state for state in STATES if world.case(state).pk in cases},
        "request": {state for state in STATES if world.request(state).pk in requests},
    }
