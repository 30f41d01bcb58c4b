"""In words, for both sides: what is different since a request was sent, as sent and now, and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.banner import birth_words, number_words
from consult.requests.drift import Change, Difference, Kind
from consult.requests.models import ConsultRequest
from consult.requests.states import OPEN
from core import terms

TITLES = {
    Kind.OTHER_PATIENT: gettext_lazy("The case was moved to another patient after the request was sent."),
    Kind.ACCESSION_NUMBER: gettext_lazy("The accession number of the case was changed after the request was sent."),
    Kind.IDENTITY: gettext_lazy("The patient's record was corrected after the request was sent."),
    Kind.MATERIAL: gettext_lazy("Parts, blocks or slides were corrected after the request was sent."),
    Kind.HISTORY: gettext_lazy("The clinical details were edited after the request was sent."),
}
NOTHING = gettext_lazy("nothing")
LABELS = {
    "name": gettext_lazy("Name"),
    "used_name": gettext_lazy("Name used"),
    "birth_family_name": gettext_lazy("Name at birth"),
    "birth": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "identifiers": gettext_lazy("Patient numbers"),
    "accession_number": gettext_lazy("Accession number"),
    "history": gettext_lazy("Clinical details"),
}
# What it means for whoever signs. `person` is the requester.
CONSEQUENCES = {
    Kind.OTHER_PATIENT: gettext_lazy("%(person)s has to confirm the request for the new patient first."),
    Kind.ACCESSION_NUMBER: gettext_lazy("%(person)s has to confirm the request with the new number first."),
    Kind.IDENTITY: gettext_lazy("The opinion names the patient as sent."),
    Kind.MATERIAL: gettext_lazy("The opinion names the slides as they are called now."),
    Kind.HISTORY: gettext_lazy("The opinion prints the details that were sent."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the comparison. '' where there is nothing."""

    label: str
    sent: str
    now: str

    @property
    def is_same(self) -> bool:
        """Whether both sides read the same: what two patients have in common."""
        return self.sent == self.now


@dataclass(frozen=True, slots=True)
class Notice:
    """What the pages say: `kind` of the note, the sentences (the most serious first), the comparison, whose turn."""

    kind: str
    sentences: list[str]
    lines: list[Line]
    turn: str


def notice(request: ConsultRequest, differences: Sequence[Difference], parties: frozenset[str]) -> Notice | None:
    """For the pages of somebody who is one of `parties`; None where nothing is different."""
    if not differences:
        return None
    return Notice(
        kind="danger" if differences[0].kind == Kind.OTHER_PATIENT else "warning",
        sentences=[str(TITLES[each.kind]) for each in differences],
        lines=[line for each in differences for line in lines_of(each)],
        turn=_turn(request, differences, parties),
    )


def for_signer(request: ConsultRequest, difference: Difference) -> str:
    """What the signer must know of one difference; long texts are left to the page that compares them."""
    consequence = str(CONSEQUENCES[difference.kind]) % {"person": request.requester.user.printed_name}
    sentences = [str(TITLES[difference.kind]), consequence]
    if difference.kind != Kind.HISTORY:
        said = _("%(what)s as sent: %(sent)s. Now: %(now)s.")
        lines = [line for line in lines_of(difference) if not line.is_same]
        sentences += [said % {"what": x.label, "sent": x.sent or NOTHING, "now": x.now or NOTHING} for x in lines]
    return " ".join(sentences)


def lines_of(difference: Difference) -> list[Line]:
    """What is different, field by field."""
    return [line for line in map(_line, difference.changes) if line.sent or line.now]


def _line(change: Change) -> Line:
    if change.field == "slide":
        label = _("Slide %(label)s") % {"label": change.sent["label"]}
        return Line(label, _slide(change.sent), _slide({**change.sent, **change.now}))
    return Line(str(LABELS[change.field]), _value(change.field, change.sent), _value(change.field, change.now))


def _value(field: str, value: Any) -> str:
    if field == "name":
        family, given = value
        return ", ".join(part for part in (family.upper(), given) if part)
    if field == "birth":
        year, month, day = value
        return birth_words((year, month, day))
    if field == "sex":
        return terms.label("sexes", value) if value else ""
    if field == "identifiers":
        return ", ".join(_number(*each) for each in value)
    return str(value)


def _number(system: str, value: str, verified: bool) -> str:
    shown = {"number": number_words(system, value)}
    return shown["number"] if verified else _("%(number)s (not verified)") % shown


def _slide(slide: Mapping[str, Any]) -> str:
    """A1-HE, part A, excision, left arm, block A1, HE, level 2: what is known of it."""
    type_ = slide.get("part_type", "")
    known = (
        slide["label"],
        _("part %(label)s") % {"label": slide["part"]},
        terms.label("specimen_types", type_) if type_ else "",
        slide.get("site", ""),
        _("block %(label)s") % {"label": slide["block"]} if slide.get("block") else "",
        terms.label("stains", slide["stain"]),
        _("level %(level)s") % {"level": slide["level"]} if slide["level"] else "",
    )
    return ", ".join(part for part in known if part)


def _turn(request: ConsultRequest, differences: Sequence[Difference], parties: frozenset[str]) -> str:
    """Whose step is next, said to somebody who is one of `parties`."""
    person = {"person": request.requester.user.printed_name}
    if request.status not in OPEN:
        return _("The signed opinion names what was sent.")
    if "asking_lab" in parties:
        return _("Compare both sides. Confirm the request as it is now, or withdraw it.")
    if any(each.blocks for each in differences):
        return _("%(person)s has to confirm or withdraw the request. Nothing can be signed before that.") % person
    return _("%(person)s has been asked to confirm the request as it is now.") % person
