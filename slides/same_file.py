"""A scan that is another slide's image already: one of the two is the wrong slide, and whoever links it is told so."""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cases.access.queries import visible_slides
from cases.models import Slide
from cases.nouns import known_cases
from core.actor import Actor
from core.errors import Conflict

FILE_LOCKS = 7302  # a class of advisory locks of our own, beside that of the patients' numbers


class SameFile(Conflict):
    """Another slide of the laboratory has this very file (409). `sha256` is what somebody who goes on sends back."""

    code = "same-file"

    def __init__(self, message: str, sha256: str) -> None:
        super().__init__(message, current={"sha256": sha256})
        self.sha256 = sha256


def others_with(actor: Actor, slide: Slide, sha256: str, confirmed: str = "") -> list[UUID]:
    """The slides of the laboratory, besides this one, whose image is this file; raises SameFile where there are any.

    It is not raised for somebody who has `confirmed` this file. The other slide is named where the actor may know whose
    it is. The file is locked until the transaction ends, so that of two who send it at once the second is told.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [FILE_LOCKS, f"{actor.organisation}:{sha256}"])
    same = Slide.objects.filter(image__file_sha256=sha256, case__organisation=actor.organisation)
    others = list(same.exclude(pk=slide.pk).order_by("image__linked_at", "pk").values_list("pk", flat=True))
    if others and confirmed != sha256:
        raise SameFile(_words(actor, slide, others), sha256)
    return others


def _words(actor: Actor, slide: Slide, others: list[UUID]) -> str:
    known = visible_slides(actor).filter(pk__in=others, case__in=known_cases(actor)).select_related("case__patient")
    # A slide of another case says most: that may be another patient.
    told = sorted(known, key=lambda other: (other.case_id == slide.case_id, other.label))
    if not told:
        return _("This very file is the image of another slide of your laboratory, in a case that you may not see.")
    other = told[0]
    if other.case_id == slide.case_id:
        return _("This very file is the image of slide %(label)s of this case.") % {"label": other.label}
    patient = other.case.patient
    said = {
        "label": other.label,
        "number": other.case.accession_number,
        "patient": ", ".join(filter(None, (patient.family_name.upper(), patient.given_name))),
    }
    return _("This very file is the image of slide %(label)s of case %(number)s, %(patient)s.") % said
