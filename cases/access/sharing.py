"""Whether a case may be shared at all: asked before anybody is told of it."""

from uuid import UUID

from django.utils.translation import gettext as _

from cases import hooks
from core.errors import Conflict


def must_be_shareable(case_id: UUID, source_kind: str) -> None:
    """Conflict (409) with the reason where something speaks against sharing this case in a share of this kind.

    Call with the case locked. The share would show nothing anyway (cases.hooks.expected_shares); this says so in time.
    """
    held = [each for each in hooks.blocked([case_id]).get(case_id, ()) if source_kind not in each.yields_to]
    if held:
        raise Conflict(
            _("This case cannot be shared now: %(reason)s") % {"reason": str(held[0].words)},
            current={"sharing": "blocked"},
        )
