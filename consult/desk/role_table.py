"""docs/roles.md: who may see and do what, read from the sets of roles, the states and the policies themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.utils import translation

from accounts import roles
from accounts.agreements import sides
from accounts.models import Agreement, Membership
from accounts.roles import Role, Roles
from cases.access import branches
from cases.basis.policy import rule_parties as of_rules
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import parties_by_role as of_emergency
from cases.models import Case
from cases.policy import parties as of_case
from consult.desk.queries import VIEWS
from consult.reports.models import Report
from consult.reports.policy import parties as of_report
from consult.requests.models import ConsultRequest, OutsideExpert
from consult.requests.outside.policy import parties as of_outside
from consult.requests.policy import parties as of_request
from core.actor import Actor
from core.workflow import machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
PLATFORM = "platform"
PARTS = {
    "cases": "Cases and patients",
    "slides": "Slides",
    "requests": "Requests",
    "reports": "Reports",
    "people": "People",
    "record": "The record of who did what",
    "admin": "The admin site",
}
NOTES = {
    "editor": "Only in the own laboratory's cases and reports.",
    "asking_lab": "Only for requests of the own laboratory.",
    "requester": "Only as the person who asks.",
    "expert": "Only as the expert who was asked, in the laboratory that was asked.",
    "author": "Only as its author.",
    "owner_admin": "Only for requests of the own laboratory, without seeing the request, and never what they proposed.",
    "deputy": "Only as the deputy of the expert, while the expert is away.",
    "proposer": "Only on the side that proposed it.",
    "partner": "Only on the other side.",
    "caller": "Of any laboratory, one case at a time, after the password, for an hour; nothing can be done with it.",
    "owner": "Of the own laboratory's cases, and everybody their own.",
    "reviewer": "Only of the own laboratory's cases, and never their own; an administrator only where the laboratory "
    "has no privacy officer.",
    "writer": "Only of the own laboratory's cases, where its rule owes the patient a letter.",
    "holder": "Only their own.",
    "rule_admin": "Only for the own organisation and those below it.",
    "share": (
        "Only what is shared with this very person: one case, the slides that the share names, and only what it shows "
        "besides. It ends with its reason, or when it is withdrawn. Today two things share: a request, which names the "
        "expert who is asked, and emergency access; neither shows a label image or earlier cases."
    ),
    "home": "In the own laboratory's cases without a share; in another laboratory's by a share, as in note {share}.",
    "every": "Of every organisation; everybody else of the own laboratory.",
}
# The note of the widest party stands in the table: who may do it as any pathologist may do it as the requester too.
WIDEST = (
    "editor",
    "asking_lab",
    "owner_admin",
    "requester",
    "expert",
    "author",
    "deputy",
    "proposer",
    "partner",
    "caller",
    "owner",
    "reviewer",
    "writer",
    "holder",
    "rule_admin",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that may be seen or done. `cells` maps those who may, by column, to the key of a note or ''.

    `source` says what the row was read from: `set NAME`, `share CODENAME`, `worklist NAME` or `step NOUN ACTION`.
    """

    part: str
    source: str
    title: str
    cells: dict[str, str]


def rows() -> list[Row]:
    """Every row, in English, in the order of PARTS."""
    with translation.override("en-gb"):
        found = [*_sets(), *_shares(), *_worklists(), *_steps()]
    return sorted(found, key=lambda row: list(PARTS).index(row.part))


def _sets() -> Iterator[Row]:
    """The sentences beside the sets of roles."""
    for name, members in vars(roles).items():
        if isinstance(members, Roles):
            cells = {role.value: "" for role in Role if role in members}
            if members.platform:
                cells[PLATFORM] = "every" if members else ""
            for part, sentence in members.sentences.items():
                yield Row(part, f"set {name}", sentence, cells)


def _shares() -> Iterator[Row]:
    """What a share can show. Grants follow the person, so that every role can hold one."""
    words = dict(Case._meta.permissions) | {branches.VIEW_CASE: "Can see a case, and the slides that a share names"}
    for codename in branches.CODENAMES:
        cells = {role.value: "home" if branches.sees_home(_actor(role)) else "share" for role in Role}
        yield Row("cases", f"share {codename}", str(words[codename]), cells)


def _worklists() -> Iterator[Row]:
    for view in VIEWS:
        cells = {role.value: "" for role in Role if role in view.roles}
        yield Row("requests", f"worklist {view.name}", f"Worklist “{view.label}”: {_lower(str(view.caption))}", cells)


_ME, _HERE = UUID(int=1), UUID(int=2)


def _actor(role: Role) -> Actor:
    return Actor(person=_ME, name="", membership=UUID(int=3), organisation=_HERE, role=role.value)


def _as_editor(actor: Actor) -> frozenset[str]:
    return of_case(actor, Case(organisation_id=_HERE))


def _as_both_sides(actor: Actor) -> frozenset[str]:
    member = Membership(user_id=_ME, organisation_id=_HERE)
    closest = of_request(actor, ConsultRequest(asking_organisation_id=_HERE, requester=member, expert=member))
    return closest | ({"deputy"} if actor.role in roles.SIGN else set())


def _as_author(actor: Actor) -> frozenset[str]:
    return of_report(actor, Report(author_id=_ME, organisation_id=_HERE))


def _as_both_of_outside(actor: Actor) -> frozenset[str]:
    """To one's own proposal, and to somebody else's for a request of one's own laboratory."""
    request = ConsultRequest(asking_organisation_id=_HERE)
    members = [Membership(user_id=each, organisation_id=_HERE) for each in (_ME, UUID(int=4))]
    own, others = (OutsideExpert(request=request, proposed_by=member) for member in members)
    return of_outside(actor, own) | of_outside(actor, others)


def _as_both_parties(actor: Actor) -> frozenset[str]:
    own = {_HERE} if actor.role in roles.ADMINISTER else set[UUID]()
    return sides(own, Agreement(asking_id=_HERE, answering_id=_HERE, proposed_for_id=_HERE))


def _as_anybody_of_an_emergency(actor: Actor) -> frozenset[str]:
    """To one's own access, and to somebody else's to a case of one's own laboratory, which has no privacy officer."""
    case = Case(organisation_id=_HERE)
    own, others = (EmergencyAccess(case=case, person_id=each, letter_owed=True) for each in (_ME, UUID(int=4)))
    return of_emergency(actor, own, has_officer=False) | of_emergency(actor, others, has_officer=False)


# For each noun with states: its part of the table, and what somebody is to one that could not be closer to them.
NOUNS: dict[str, tuple[str, Callable[[Actor], frozenset[str]]]] = {
    "agreement": ("people", _as_both_parties),
    "case": ("cases", _as_editor),
    "patient": ("cases", _as_editor),
    "image": ("slides", _as_editor),
    "request": ("requests", _as_both_sides),
    "outside_expert": ("requests", _as_both_of_outside),
    "report": ("reports", _as_author),
    "objection": ("cases", _as_editor),
    "exclusion": ("cases", _as_editor),
    "legal_fact": ("cases", _as_editor),
    "legal_rule": ("cases", of_rules),
    "legal_confirmation": ("cases", of_rules),
    "emergency": ("record", _as_anybody_of_an_emergency),
}


def _steps() -> Iterator[Row]:
    """The steps of the tables of states that somebody takes; those that the system takes by itself are left out."""
    for noun in machine.nouns():
        part, closest = NOUNS[noun]
        for action, rules in machine.steps(noun).items():
            cells = {}
            for role in Role:
                able = closest(_actor(role)) & frozenset[str]().union(*(rule.parties for rule in rules))
                if note := next((party for party in WIDEST if party in able), ""):
                    cells[role.value] = note
            if cells:
                yield Row(part, f"step {noun} {action}", f"Step “{rules[0].label}”", cells)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def columns() -> dict[str, str]:
    """The roles and whoever runs the installation, each with its words above the column."""
    with translation.override("en-gb"):
        return {**{role.value: str(role.label).split(" (")[0] for role in Role}, PLATFORM: "Platform administrator"}


def page() -> str:
    """The page, as Markdown."""
    table, headings = rows(), columns()
    used = [key for key in NOTES if any(key in row.cells.values() for row in table)]
    letters = {key: chr(ord("a") + place) for place, key in enumerate(used)}
    lines = [INTRODUCTION]
    for part, heading in PARTS.items():
        lines += [f"## {heading}", "", f"| | {' | '.join(headings.values())} |", f"|---|{':-:|' * len(headings)}"]
        for row in table:
            if row.part == part:
                marks = (_mark(row.cells.get(column), letters) for column in headings)
                lines.append(f"| {row.title} | {' | '.join(marks)} |")
        lines.append("")
    lines += ["## Notes", "", *(f"- **{letters[key]}** {NOTES[key].format_map(letters)}" for key in used), ""]
    return "\n".join(lines)


def _mark(note: str | None, letters: dict[str, str]) -> str:
    if note is None:
        return "-"
    return f"yes {letters[note]}" if note else "yes"


INTRODUCTION = """# Who may see and do what

Somebody works under one membership at a time: a role in one laboratory. What the role opens is in this table; it is
what the code decides by, written by `manage.py role_table`, and `tests/access/test_role_table.py` asks the pages
whether they agree.

- **yes** means the role may, `-` that it is refused. A letter leads to a condition in the notes below.
- A denial (`cases/models/denial.py`) closes a case to a person whatever this table says: who is kept out of it, by the
  step “Person kept out of the case”, sees nothing of it.
- Whoever runs the installation (platform administrator) has that besides a membership. Their column says what it opens
  by itself: no case, no slide, no request, no report.
- A request stays open to the person who asked it, and to the expert who was asked, whatever their role in the same
  laboratory becomes; a draft of a report to its author likewise. What they may still do follows the role.
- The admin site's lists of cases, slides, requests and reports show to an administrator what the role of the moment
  shows anywhere else: as an administrator nothing, under a second membership that sees cases those of its laboratory.
- Steps carry the names that timeline and audit give them. What only the system does is not listed.
"""
