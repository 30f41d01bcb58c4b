"""The filters of the worklist: what an address says, and the chips that lead to the next address."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from consult.desk.queries import View, partner_labs
from consult.requests.queries import Filters
from consult.requests.states import Status
from core import terms


@dataclass(frozen=True, slots=True)
class Choice:
    """One chip with its menu: what it is about, what is chosen ('' for any), and where each choice leads."""

    NAMES: ClassVar[tuple[str, ...]] = ("status", "lab", "organ", "urgent")

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str, bool]]
    clear_url: str = ""


def filters_from(query: QueryDict, view: View) -> Filters:
    """What the address asks for; a value that is none of the view's is as if it were not there."""
    status, organ = query.get("status", ""), query.get("organ", "")
    try:
        lab = UUID(query.get("lab", ""))
    except ValueError:
        lab = None
    return Filters(
        status=status if status in view.statuses else "",
        lab=lab,
        organ_system=organ if organ in terms.codes("organ_systems") else "",
        urgent=query.get("urgent") == "1",
    )


def chips(view: View, filters: Filters, query: QueryDict) -> list[Choice]:
    """The chips of a view: status, laboratory, organ system; urgent is a chip of its own in the template."""
    statuses = [(str(status), str(Status(status).label)) for status in view.statuses]
    organs = [(code, str(label)) for code, label in terms.choices("organ_systems")]
    lab = str(filters.lab) if filters.lab else ""
    return [
        _choice(view, query, "status", _("Status"), filters.status, statuses),
        _choice(view, query, "lab", _("Laboratory"), lab, partner_labs()),
        _choice(view, query, "organ", _("Organ"), filters.organ_system, organs),
        _choice(view, query, "urgent", _("Urgent only"), "1" if filters.urgent else "", [("1", _("Urgent only"))]),
    ]


def _choice(view: View, query: QueryDict, name: str, label: str, chosen: str, options: list[tuple[str, str]]) -> Choice:
    def address(value: str) -> str:
        kept = {key: query[key] for key in Choice.NAMES if query.get(key) and key != name}
        return f"{reverse('desk:home')}?{urlencode({'view': view.name, **kept, **({name: value} if value else {})})}"

    return Choice(
        name=name,
        label=label,
        chosen=next((text for value, text in options if value == chosen), ""),
        options=[(text, address(value), value == chosen) for value, text in options],
        clear_url=address(""),
    )
