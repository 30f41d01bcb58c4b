"""The clock of a request in words: what is left, that it stands still, or that the answer is there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consult.requests.models import ConsultRequest
from consult.requests.states import Status

STOPPED = frozenset({Status.ASKED, Status.WAITING})
RUNNING = frozenset({Status.SENT, Status.ACCEPTED})
ANSWERED = frozenset({Status.ANSWERED, Status.ACKNOWLEDGED, Status.CLOSED})
SOON = 75  # per cent of the time used, from where a person is needed
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Due:
    """`share` is how much of the time is used, 0 to 100; `state` is '', soon, over, hold or done."""

    text: str
    share: float = 0
    state: str = ""


def due(request: ConsultRequest, now: datetime) -> Due:
    """The clock of this request at `now`; without text where no clock has started or it ended without an answer."""
    if request.status in STOPPED:
        return Due(pgettext("clock", "stopped"), state="hold")
    if request.status in ANSWERED:
        return Due(_("answered"), share=100, state="done")
    if request.status not in RUNNING or request.due_at is None or request.sent_at is None:
        return Due("")
    left, whole = request.due_at - now, request.due_at - request.sent_at
    if left < timedelta(0):
        return Due(_("%(time)s over") % {"time": span(-left)}, share=100, state="over")
    share = 100 * (1 - left / whole) if whole else 100
    return Due(_("%(time)s left") % {"time": span(left)}, share, "soon" if share >= SOON else "")


def span(length: timedelta) -> str:
    """A length of time as short as it can be read: 8 min, 9 h, 1 d 12 h, 4 d."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes < 2 * DAY and minutes % DAY // 60 and minutes >= DAY:
        return _("%(days)d d %(hours)d h") % {"days": minutes // DAY, "hours": minutes % DAY // 60}
    if minutes < DAY:
        return _("%(hours)d h") % {"hours": minutes // 60}
    return _("%(days)d d") % {"days": minutes // DAY}
