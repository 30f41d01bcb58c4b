"""Who sees a case, or something of it, without a share: machines of its laboratory by a token, and others by what they
are. For the owner alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import MachineToken
from accounts.roles import ADMINISTER, BREAK_GLASS, REVIEW_EMERGENCIES, labels
from accounts.scopes import Scope


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine whose token opens the laboratory's cases: what for, what it `may` in words, and who can withdraw it."""

    name: str
    purpose: str
    may: list[str]
    valid_from: datetime
    valid_until: datetime
    ends: str


@dataclass(frozen=True, slots=True)
class Besides:
    """Somebody who is in no list by name, and what they see."""

    who: str
    sees: str


def machines(organisation: UUID) -> list[Machine]:
    """Those whose token counts now. One query."""
    tokens = MachineToken.objects.in_force().filter(organisation=organisation, scopes__contains=[Scope.CASES_READ])
    words = _("Who can withdraw the token: %(roles)s, and whoever runs the installation.")
    ends = words % {"roles": ", ".join(labels(ADMINISTER))}
    return [
        Machine(
            name=token.name,
            purpose=token.purpose,
            may=[str(label) for scope, label in Scope.choices if scope in token.scopes],
            valid_from=token.created_at,
            valid_until=token.expires_at,
            ends=ends,
        )
        for token in tokens.order_by("name", "pk")
    ]


def besides() -> list[Besides]:
    """Everybody else, from those who can come nearest to the case to those who see nothing of it."""
    return [
        Besides(
            _("In an emergency, anybody who works as: %(roles)s") % {"roles": ", ".join(labels(BREAK_GLASS))},
            _(
                "Can open the case for an hour, unless a rule, an objection or being kept out stands against it. Your "
                "laboratory is told at once and reviews it. Later they read that they opened it, why, and its "
                "accession number."
            ),
        ),
        Besides(
            _("%(roles)s of your laboratory") % {"roles": ", ".join(labels(REVIEW_EMERGENCIES))},
            _(
                "Not the case. They read who opened it in an emergency and why, with the accession number; the privacy "
                "officer also who looked at it."
            ),
        ),
        Besides(
            _("Other roles of your laboratory"),
            _(
                "Not the case. Whoever once asked a request or wrote a report about it goes on reading that; who reads "
                "the steps that were taken reads them without the patient."
            ),
        ),
        Besides(
            _("Somebody invited from outside for one case"),
            _("Nothing, until they have joined and a request is sent to them. Then they are in the list."),
        ),
        Besides(
            _("Administrators and privacy officers elsewhere"),
            _(
                "Not the case. Where somebody of theirs opened it, they read in their own log who, when and in which "
                "emergency, without the name or the accession number."
            ),
        ),
        Besides(
            _("Whoever runs the installation"),
            _(
                "Not the case. They read in the log who opened it and when, without the name or the accession number. "
                "The servers and the data on them are in their hands: that is a matter of your contract with them."
            ),
        ),
    ]
