"""A state machine as a table: (status, action) -> rule. Buttons, the API, diagrams and tests read the same table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from core.audit import names
from core.errors import Conflict

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action does from one status: where it leads, which parties may, what it is called, what it causes.

    `effects` are kinds of jobs, enqueued with the noun as subject in the same transaction.
    """

    to: str
    parties: frozenset[str]
    label: "StrOrPromise"
    audit: str
    effects: tuple[str, ...] = ()


_machines: "dict[str, Machine]" = {}


@dataclass(frozen=True)
class Machine:
    """The table of one noun. `statuses` maps each status to its words; '' in the table is a noun not yet made."""

    noun: str
    statuses: Mapping[str, "StrOrPromise"]
    table: Mapping[tuple[str, str], Rule]
    actions: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a table that names a status nobody knows; make the table and its audit names known."""
        for (status, action), rule in self.table.items():
            if (status and status not in self.statuses) or rule.to not in self.statuses:
                raise ValueError(f"{self.noun}: ({status}, {action}) -> {rule.to} names an unknown status.")
            names.register(rule.audit, rule.label)
        object.__setattr__(self, "actions", frozenset(action for _, action in self.table))
        _machines[self.noun] = self

    def rule(self, status: str, action: str) -> Rule:
        """The rule, or Conflict (409): from this status the action is not possible."""
        if action not in self.actions:
            raise KeyError(f"{self.noun} has no action {action!r}")
        rule = self.table.get((status, action))
        if rule is None:
            raise Conflict(
                gettext("This is not possible now. Its state is: %(status)s.") % {"status": self.statuses[status]},
                current={"status": status},
            )
        return rule

    def allowed(self, status: str, parties: frozenset[str]) -> list[str]:
        """The actions somebody who is one of `parties` may take from `status`, in the table's order."""
        return [action for (at, action), rule in self.table.items() if at == status and rule.parties & parties]


def step_words(noun: str, before: str, action: str) -> str:
    """The words for an action taken from a status; a step of another release by its code."""
    machine = _machines.get(noun)
    rule = machine.table.get((before, action)) if machine else None
    return str(rule.label) if rule else action


def status_words(noun: str, status: str) -> str:
    """The word for a status of a noun; one of another release by its code."""
    machine = _machines.get(noun)
    return str(machine.statuses.get(status, status)) if machine else status


def nouns() -> list[str]:
    """The nouns that have a table."""
    return sorted(_machines)


def steps(noun: str) -> dict[str, list[Rule]]:
    """The actions of a noun, each with its rules from every status that it can be taken from, in the table's order."""
    found: dict[str, list[Rule]] = {}
    for (_, action), rule in _machines[noun].table.items():
        found.setdefault(action, []).append(rule)
    return found
