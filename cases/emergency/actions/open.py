"""Open one case in an emergency. Every attempt leaves a row of its own, and attempts are counted.

What does not exist, what a denial keeps from this person and what cannot be opened for another reason are refused in
the same words.
"""

import dataclasses
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from cases import hooks
from cases.access import branches
from cases.access.lock import lock_rows
from cases.access.queries import visible_cases
from cases.basis.kinds import Told
from cases.basis.rules import rules_for
from cases.emergency.audit_names import ATTEMPTED, FOUND, REFUSED
from cases.emergency.finding import Wanted, find, fitting
from cases.emergency.models import ONCE, EmergencyAccess
from cases.emergency.policy import must_call, parties, reachable
from cases.emergency.searches import CHOSEN_WITHIN
from cases.emergency.shares import KIND
from cases.emergency.states import EMERGENCY, REMIND, RUN_OUT, TELL_OF_SEARCH
from cases.hooks import ShareSpec
from cases.models import Case
from core import clock, terms
from core.actor import Actor, Purpose
from core.audit.models import AuditEvent, Outcome
from core.audit.record import event, record, record_many
from core.errors import Conflict, Hidden, Invalid, Refusal
from core.jobs.queue import dedupe_key, enqueue
from core.letters import written
from core.workflow.engine import created

REVIEW_WITHIN = timedelta(days=7)
REMIND_BEFORE = (timedelta(days=2), timedelta(0))  # before the review is due, and when it is
MOST_ATTEMPTS, COUNTED = 10, timedelta(hours=1)
SHORTEST_NOTE, LONGEST_NOTE = 10, 500


class TooManyAttempts(Refusal):
    """Cases were looked for faster than emergencies happen (429)."""

    status = 429
    code = "too-many-attempts"


class SeveralFit(Invalid):
    """The patient has several cases: `cases` are those to choose from, the newest first (422)."""

    def __init__(self, cases: list[Case]) -> None:
        super().__init__(_("Choose the case."), fields={"case": _("This patient has several cases. Choose one.")})
        self.cases = cases


def open_access(*, actor: Actor, wanted: Wanted, reason: str, note: str, proved_by: str) -> EmergencyAccess:
    """Open the one case that fits `wanted` for as long as the reason allows, an hour.

    `proved_by` is what accounts.reauthentication said just now. Raises Forbidden (role), Invalid (reason, note),
    TooManyAttempts, SeveralFit, Conflict (it is open to this person already), and Hidden for everything else.
    """
    must_call(actor)
    _check(reason, note)
    _must_be_few(actor)
    cases = find(actor, wanted)
    if len(cases) > 1:
        _found(actor, wanted, cases)
        raise SeveralFit(cases)
    try:
        with transaction.atomic():
            access = _opened(actor, cases[0].pk if cases else None, wanted, reason, written(note), proved_by)
    except (Hidden, Conflict) as refusal:
        with transaction.atomic():
            _attempted(actor, wanted, Outcome.DENIED, refusal.code, cases)
            if isinstance(refusal, Hidden):
                _refused(actor, wanted)
        raise
    return access


def _opened(
    actor: Actor, case_id: UUID | None, wanted: Wanted, reason: str, note: str, proved_by: str
) -> EmergencyAccess:
    """Call in a transaction."""
    nothing = Hidden(_("No case was opened. None fits exactly, or emergency access to it is not possible."))
    if case_id is None:
        raise nothing
    lock_rows([case_id])
    case = reachable(actor).filter(pk=case_id).first()
    at = clock.now()
    if case is None or hooks.holding(_share(case_id, KIND, actor, at), at):
        raise nothing
    held = hooks.holding(_share(case_id, "", actor, at), at)  # what any other share would have yielded to
    if wanted.by == "link" and _reads_under_pseudonym(actor, case_id):
        raise nothing
    if branches.home(actor).filter(pk=case.pk).exists():
        raise Conflict(_("This is a case of your own laboratory: your role opens it without an emergency."))
    rule = rules_for([case.organisation_id])[case.organisation_id]
    access = EmergencyAccess(
        number=_next_number(),
        case=case,
        person_id=actor.who(),
        membership_id=actor.acting(),
        organisation_id=actor.lab(),
        reason=reason,
        note=note,
        overrides_objection=bool(held),
        rule=rule.rule,
        letter_owed=Told.PATIENT in rule.conditions.told,
        proved_by=proved_by,
        started_at=at,
        ends_at=at + timedelta(minutes=terms.item("break_glass_reasons", reason).facts["minutes"]),
        review_due_at=at + REVIEW_WITHIN,
    )
    try:
        with transaction.atomic():
            access.save(force_insert=True)
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        raise Conflict(_("You have opened this case already, and the access still runs.")) from error
    created(
        EMERGENCY,
        access,
        "open",
        actor=_urgent(actor),
        parties=parties(actor, access),
        case=case.pk,
        patient=case.patient_id,
        facts={
            "reason": reason,
            "by": wanted.by,
            "overrides": len(held),
            "proved_by": proved_by,
            "legal_rule": rule.name,
        },
    )
    _set_timers(access, actor)
    return access


def _share(case_id: UUID, kind: str, actor: Actor, at: datetime) -> ShareSpec:
    """What opening it would state, for asking what speaks against it."""
    return ShareSpec(
        case=case_id,
        source_kind=kind,
        source_id=case_id,
        purpose=Purpose.EMERGENCY,
        valid_from=at,
        valid_until=at,
        people=frozenset({actor.who()}),
        slides=frozenset(),
        shows_identity=True,
        organisation=actor.lab(),
    )


def _reads_under_pseudonym(actor: Actor, case_id: UUID) -> bool:
    """Whether the actor sees the case and not whose it is: its address must be no way to the name. Somebody who has a
    number of the case or of the patient knows it already."""
    sees = visible_cases(actor).filter(pk=case_id)
    return sees.exists() and not sees.filter(pk__in=visible_cases(actor, branches.VIEW_IDENTITY).values("pk")).exists()


def _check(reason: str, note: str) -> None:
    wrong = {}
    if reason not in terms.codes("break_glass_reasons"):
        wrong["reason"] = _("Choose the reason.")
    if wrong_note := why_no_note(note):
        wrong["note"] = wrong_note
    if wrong:
        raise Invalid(_("No case was opened."), fields=wrong)


def why_no_note(note: str) -> str:
    """Why these words do not say why it cannot wait, in a sentence; '' where they may."""
    said = written(note)
    if len(said) < SHORTEST_NOTE or not any(sign.isalpha() for sign in said):
        words = _("Say in your own words why it cannot wait: at least %(count)d characters.")
        return words % {"count": SHORTEST_NOTE}
    if len(said) > LONGEST_NOTE:
        return _("This is too long: at most %(longest)s characters.") % {"longest": LONGEST_NOTE}
    return ""


def _must_be_few(actor: Actor) -> None:
    """Counted in the record itself, which nobody can clear: found or not, opened or not."""
    tried = AuditEvent.objects.filter(
        person=actor.person, action__in=[ATTEMPTED, "emergency.opened"], at__gt=clock.now() - COUNTED
    )
    if tried.count() >= MOST_ATTEMPTS:
        raise TooManyAttempts(_("Too many attempts. Ask the laboratory by telephone, or try again in an hour."))


def _attempted(actor: Actor, wanted: Wanted, outcome: Outcome, code: str, fitting: list[Case]) -> AuditEvent:
    """The row that counts. Call in a transaction of its own, after that of the act was rolled back. What was typed is
    not kept; which cases fit only where the person was shown them."""
    shown = [str(case.pk) for case in fitting] if outcome == Outcome.SUCCESS else []
    return record(
        _urgent(actor),
        ATTEMPTED,
        outcome=outcome,
        object_kind="case",
        reason=code,
        facts={
            "by": wanted.by,
            "fitting": len(fitting),
            "organisation": str(wanted.organisation or ""),
            "shown": shown,
        },
    )


def _refused(actor: Actor, wanted: Wanted) -> None:
    """A row for the laboratory of each case that fits and stays closed. It has the name of who asked and not their
    keys: neither their own trail nor what their laboratory reads of its people may say that the case is there."""
    keyless = dataclasses.replace(_urgent(actor), person=None, membership=None, organisation=None, session="")
    record_many(
        event(
            keyless,
            REFUSED,
            outcome=Outcome.DENIED,
            object_kind="case",
            object_id=case.pk,
            case=case.pk,
            patient=case.patient_id,
            reason=Hidden.code,
            facts={"by": wanted.by},
        )
        for case in fitting(wanted)
    )


def _found(actor: Actor, wanted: Wanted, cases: list[Case]) -> None:
    """A row for each case that is shown to choose from, so that its laboratory reads who looked for its patient; and a
    timer that tells of it where none of them is opened."""
    with transaction.atomic():
        search = _attempted(actor, wanted, Outcome.SUCCESS, "several", cases)
        record_many(
            event(
                _urgent(actor),
                FOUND,
                object_kind="case",
                object_id=case.pk,
                case=case.pk,
                patient=case.patient_id,
                facts={"search": str(search.pk)},
            )
            for case in cases
        )
        due = clock.now() + CHOSEN_WITHIN
        key = dedupe_key(TELL_OF_SEARCH, search.pk)
        enqueue(TELL_OF_SEARCH, subject=search.pk, key=key, due_at=due, request_id=actor.request_id)


def _urgent(actor: Actor) -> Actor:
    """The same actor, recorded as acting in an emergency."""
    return dataclasses.replace(actor, purpose=Purpose.EMERGENCY)


def _set_timers(access: EmergencyAccess, actor: Actor) -> None:
    key = dedupe_key(RUN_OUT, access.pk)
    enqueue(RUN_OUT, subject=access.pk, key=key, due_at=access.ends_at, request_id=actor.request_id)
    for before in REMIND_BEFORE:
        due = access.review_due_at - before
        key = dedupe_key(REMIND, access.pk, occasion=str(before.days))
        enqueue(REMIND, subject=access.pk, key=key, due_at=due, request_id=actor.request_id)


def _next_number() -> str:
    """The product's own number: EA-000123, unique, from a sequence, saying nothing about anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('emergency_number')")
        return f"EA-{cursor.fetchone()[0]:06}"
