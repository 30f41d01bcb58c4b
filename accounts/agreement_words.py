"""An agreement as people read it."""

from django.utils.translation import gettext as _

from accounts.models import Agreement
from accounts.models.agreement import Work
from core import terms


def direction(agreement: Agreement) -> str:
    """In words, with both names."""
    if agreement.asking_id == agreement.answering_id:
        return _("The laboratories of %(one)s ask each other") % {"one": agreement.asking.name}
    words = _("%(one)s and %(other)s ask each other") if agreement.is_mutual else _("%(one)s asks %(other)s")
    return words % {"one": agreement.asking.name, "other": agreement.answering.name}


def work(agreement: Agreement) -> str:
    """What may be sent, and in which subspecialties."""
    kinds = ", ".join(str(Work(code).label) for code in agreement.work)
    organs = ", ".join(terms.label("organ_systems", code) for code in agreement.organ_systems)
    return f"{kinds}: {organs}" if organs else kinds
