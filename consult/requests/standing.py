"""Where a request stands, in one sentence for each side: who has it now and what comes next."""

from django.utils.translation import gettext_lazy as _

from consult.requests.models import ConsultRequest
from consult.requests.states import OPEN, Status


def standing(
    request: ConsultRequest, parties: frozenset[str], *, is_held: bool, has_run_out: bool, expert_left: bool
) -> str:
    """The sentence for somebody who is one of `parties`; for anybody else of the two laboratories, who has it.

    `is_held`: it runs, and its case cannot be opened, because of what is recorded of the patient or because the expert
    is kept out, of which those who answer are not told. `has_run_out`: the access has ended by its time. `expert_left`:
    it ended because the expert is none any more.
    """
    expert = request.expert.user.printed_name if request.expert else ""
    names = {"expert": expert, "requester": request.requester.user.printed_name}
    if expert_left and request.expert:
        names["laboratory"] = request.expert.organisation.name
        return str(LEFT_FOR_ASKING if "asking_lab" in parties else LEFT_FOR_OTHERS) % names
    if has_run_out and request.status in OPEN:
        return str(RUN_OUT_FOR_ASKING if "asking_lab" in parties else RUN_OUT_FOR_OTHERS)
    if has_run_out and request.status == Status.ACKNOWLEDGED and "asking_lab" in parties:
        return str(RUN_OUT_ACKNOWLEDGED)
    if is_held:
        return str(HELD_FOR_ASKING if "asking_lab" in parties else HELD_FOR_OTHERS) % names
    if "expert" in parties and Status(request.status) in FOR_EXPERT:
        return str(FOR_EXPERT[Status(request.status)]) % names
    if "asking_lab" in parties and Status(request.status) in FOR_ASKING:
        return str(FOR_ASKING[Status(request.status)]) % names
    return str(FOR_OTHERS[Status(request.status)]) % names


RUN_OUT_FOR_ASKING = _(
    "The time for which this request opened the case is over. Withdraw it, and ask again if an opinion is still needed."
)
RUN_OUT_FOR_OTHERS = _("The time for which this request opened the case is over.")
RUN_OUT_ACKNOWLEDGED = _(
    "Say whether you adopted the opinion. That closes the request; the access to the slides has ended already."
)
HELD_FOR_ASKING = _("Sharing this case has stopped: %(expert)s cannot open it. The page of who can see it says why.")
HELD_FOR_OTHERS = _("Its laboratory has stopped sharing this case.")
LEFT_FOR_ASKING = _(
    "%(expert)s no longer takes consultations at %(laboratory)s, so the request has ended. Ask somebody else."
)
LEFT_FOR_OTHERS = _("%(expert)s no longer takes consultations at %(laboratory)s, so the request has ended.")
FOR_EXPERT = {
    Status.SENT: _("This waits for you: accept it, ask for information, or decline."),
    Status.ASKED: _("%(requester)s has your question. The clock stands still until the answer comes."),
    Status.ACCEPTED: _("This is yours: look at the slides and write the opinion."),
    Status.WAITING: _("%(requester)s has your question. The clock stands still until the answer comes."),
    Status.ANSWERED: _("Your opinion is signed. %(requester)s has not read it yet."),
    Status.ACKNOWLEDGED: _("%(requester)s has read your opinion and will say what became of it."),
}
FOR_ASKING = {
    Status.DRAFT: _("Nobody but you sees this draft."),
    Status.SENT: _("%(expert)s has not accepted it yet."),
    Status.ASKED: _("%(expert)s needs information before accepting. The clock stands still until you reply."),
    Status.ACCEPTED: _("%(expert)s has accepted it and works on the opinion."),
    Status.WAITING: _("%(expert)s needs information. The clock stands still until you reply."),
    Status.ANSWERED: _("The opinion is signed. Read it and acknowledge it."),
    Status.ACKNOWLEDGED: _("Say whether you adopted the opinion. That closes the request and ends the access."),
}
FOR_OTHERS = {
    Status.DRAFT: _("A draft of %(requester)s."),
    Status.DISCARDED: _("The draft was discarded."),
    Status.SENT: _("%(expert)s has not accepted it yet."),
    Status.ASKED: _("%(requester)s is asked for information."),
    Status.ACCEPTED: _("%(expert)s works on the opinion."),
    Status.WAITING: _("%(requester)s is asked for information."),
    Status.ANSWERED: _("%(expert)s has signed the opinion."),
    Status.ACKNOWLEDGED: _("%(requester)s has read the opinion."),
    Status.CLOSED: _("The request is closed. The access to the slides has ended; request and report stay."),
    Status.DECLINED: _("%(expert)s has declined. The access to the slides has ended."),
    Status.WITHDRAWN: _("The request was withdrawn. The access to the slides has ended."),
}
