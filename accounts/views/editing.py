"""Saving a form that was filled in from what stands there: refusals at their fields, both texts after a lost race."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.http import HttpRequest

from accounts.forms import add_refusal
from accounts.member_forms import SeenForm
from core.errors import Conflict, Forbidden, Invalid
from core.web.refusals import audit_denial

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands there: the values by field, and their version."""

    values: dict[str, Any]
    version: str

    def initial(self) -> dict[str, Any]:
        """For a form that nothing has been typed into."""
        return self.values | {"version": self.version}


@dataclass(frozen=True, slots=True)
class Shown:
    """The form as it is shown; after a lost race with the sentence, and what stands now (label, text)."""

    form: SeenForm
    status: int = 200
    conflict: str = ""
    theirs: list[dict[str, Any]] = field(default_factory=list)

    def context(self) -> dict[str, Any]:
        """For templates/accounts/_conflict.html and the form."""
        return {"form": self.form, "conflict": self.conflict, "theirs": self.theirs}


def edited(
    request: HttpRequest,
    *,
    make: Callable[..., SeenForm],
    row: Row,
    again: Callable[[], Row],
    stands: Callable[[Row], Stands],
    write: Callable[[SeenForm], object],
) -> Shown | None:
    """Show the form, or write what was typed; None where that is done.

    `make` takes what a form takes, `row` is what stands there, and `again` reads it anew after a lost race.
    """
    if request.method != "POST":
        return Shown(make(initial=stands(row).initial()))
    form = make(request.POST)
    if not form.is_valid():
        return Shown(form, 422)
    try:
        write(form)
    except Conflict as refusal:
        now = stands(again())
        kept = make(initial=form.typed() | {"version": now.version})
        return Shown(kept, refusal.status, refusal.message, form.differing(now.values))
    except (Invalid, Forbidden) as refusal:
        audit_denial(request, refusal)
        add_refusal(form, refusal)
        return Shown(form, refusal.status)
    return None
