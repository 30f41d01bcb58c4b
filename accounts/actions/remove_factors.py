"""Remove the second factors of a person who has lost them, so that they can set up new ones."""

from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy, sessions
from accounts.models import User
from accounts.notices import tell
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Conflict, Forbidden, Invalid

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REMOVED = names.register("person.factors_removed", gettext_lazy("Second factors of a person removed"))

# The record holds codes and no free text: what is typed there may be anything, and stays for years.
REASONS: "list[tuple[str, StrOrPromise]]" = [
    ("lost", gettext_lazy("Telephone or key lost")),
    ("stolen", gettext_lazy("Telephone or key stolen")),
    ("replaced", gettext_lazy("New telephone or computer")),
    ("broken", gettext_lazy("Telephone or key broken")),
]
KNOWN_BY: "list[tuple[str, StrOrPromise]]" = [
    ("in_person", gettext_lazy("They stood before me")),
    ("called_back", gettext_lazy("I called them back at a number that I knew already")),
    ("video", gettext_lazy("By video, and I know their face")),
]


def remove_factors(*, actor: Actor, person_id: UUID, reason: str, known_by: str) -> User:
    """Remove authenticator app, passkeys and recovery codes; end every session; tell the person by mail.

    The password stays and is asked for first, so neither the administrator nor the mailbox alone opens the account.
    Raises Hidden for a person whom the actor does not administer, Forbidden for oneself and for somebody who also
    belongs to another laboratory, Conflict where there is nothing to remove, Invalid for a `reason` or a way in which
    the person was known (`known_by`) that is not among the codes.
    """
    given = {"reason": (reason, REASONS), "known_by": (known_by, KNOWN_BY)}
    if wrong := [name for name, (code, codes) in given.items() if code not in dict(codes)]:
        words = _("Choose one.")
        raise Invalid(words, fields=dict.fromkeys(wrong, words))
    with transaction.atomic():
        person = policy.lock_person(actor, person_id)
        if person.pk == actor.person:
            raise Forbidden(_("Somebody else has to do this for you: another administrator of your laboratory."))
        owned = Authenticator.objects.filter(user=person)
        kinds = sorted(owned.values_list("type", flat=True))
        if not kinds:
            raise Conflict(_("This person has no second factor."))
        owned.delete()
        sessions.end_all(person)
        facts: dict[str, object] = {"kinds": kinds, "known_by": known_by}
        record(actor, REMOVED, object_kind="person", object_id=person.pk, reason=reason, facts=facts)
        tell(person.pk, "factors_taken")
    return person
