"""Whether a case may be shared at all: asked before anybody is told of it."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from cases import hooks
from cases.hooks import BlockSpec, Known, ShareSpec
from core import clock
from core.errors import Conflict


def must_be_shareable(spec: ShareSpec, known: Known | None = None) -> None:
    """Conflict (409) with the reason where something speaks against sharing a case like this: now, with whom it says.

    Call with the case locked. The share would show nothing anyway (cases.hooks.expected_shares); this says so in time.
    What is `known` is not read again (cases.hooks.blocked).
    """
    if held := why_not(spec, known):
        raise Conflict(held[0], current={"sharing": "blocked"})


def why_not(spec: ShareSpec, known: Known | None = None) -> list[str]:
    """A sentence for each thing that speaks against such a share now."""
    return _sentences(hooks.holding(spec, clock.now(), known))


def why_with_nobody(case_id: UUID, known: Known | None = None, *, by_name: bool = False) -> list[str]:
    """A sentence for each thing that speaks against sharing the case now while nobody is chosen: what concerns some
    laboratories or shares only is left out, and what leaves a pseudonym unless it is shared `by_name`."""
    stated, now = hooks.blocked([case_id], known).get(case_id, ()), clock.now()
    return _sentences(
        each
        for each in stated
        if each.only is None
        and each.sources is None
        and (by_name or not each.spares_pseudonym)
        and (each.begins is None or each.begins <= now)
    )


def _sentences(blocks: Iterable[BlockSpec]) -> list[str]:
    return [_("This case cannot be shared now: %(reason)s") % {"reason": str(each.words)} for each in blocks]
