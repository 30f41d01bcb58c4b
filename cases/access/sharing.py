"""Whether a case may be shared at all: asked before anybody is told of it."""

from django.utils.translation import gettext as _

from cases import hooks
from cases.hooks import Known, ShareSpec
from core import clock
from core.errors import Conflict


def must_be_shareable(spec: ShareSpec, known: Known | None = None) -> None:
    """Conflict (409) with the reason where something speaks against sharing a case like this: now, with whom it says.

    Call with the case locked. The share would show nothing anyway (cases.hooks.expected_shares); this says so in time.
    What is `known` is not read again (cases.hooks.blocked).
    """
    if held := hooks.holding(spec, clock.now(), known):
        raise Conflict(
            _("This case cannot be shared now: %(reason)s") % {"reason": str(held[0].words)},
            current={"sharing": "blocked"},
        )
