"""Which cases an actor reads without knowing whose they are: what shows rows as they stand leaves these out."""

from django.db.models import Exists, OuterRef, Q

from cases.access import branches
from core.actor import Actor


def under_pseudonym(actor: Actor, case_field: str) -> Q:
    """A condition for a row whose case (in `case_field`) is shared with the actor without the patient's identity."""
    here = {"content_object": OuterRef(case_field)}
    read = branches.grants_in_force(actor).filter(**here)
    known = branches.grants_in_force(actor, branches.VIEW_IDENTITY).filter(**here)
    at_home = branches.home(actor).filter(pk=OuterRef(case_field))
    return Q(Exists(read)) & ~Q(Exists(known)) & ~Q(Exists(at_home))
