"""Who may come in where. This table is reviewed like policy: read a row as a sentence about people.

`ok` are those who come in. Of the others, nobody signed in goes to sign-in, `forbidden` are told no (they may know
that the thing exists, or the room is not for their role), and everybody else gets 404, as if it were not there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.access.people import WHO
from tests.cast import World

Arguments = Callable[[World], dict[str, object]]

MEMBERS = frozenset(WHO) - {"anonymous", "nobody", "platform"}
EVERYBODY = frozenset(WHO)
SIGNED_IN = EVERYBODY - {"anonymous"}
OUTSIDE = frozenset({"nobody", "platform"})  # signed in, without a membership: every clinical door says 403

NOT_HERE = {
    "admin:": "the admin site has its own test, tests/access/test_admin.py",
}


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
    body: str = ""
    content_type: str = "application/x-www-form-urlencoded"
    headers: dict[str, str] = field(default_factory=dict)

    def expected(self, who: str) -> str:
        """in, login, 403 or 404."""
        if who in self.ok:
            return "in"
        if who == "anonymous":
            return "login"
        return "403" if who in self.forbidden else "404"


def people(text: str) -> frozenset[str]:
    """Names separated by spaces; a misspelt one fails at once."""
    names = frozenset(text.split())
    assert names <= EVERYBODY, names - EVERYBODY
    return names


ROWS: list[Row] = []
