"""Who is told of an emergency access or search, and the timers: the end of the hour, and the review that is owed.

No sentence names a patient, a case or a reason: the number leads to the page that says the rest to who may know it.
"""

from collections.abc import Iterable
from datetime import UTC
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import REVIEW_EMERGENCIES, Role
from cases.access import branches
from cases.basis.conditions import WITHOUT_RULE
from cases.basis.kinds import Told
from cases.emergency.actions.end import run_out
from cases.emergency.actions.lock import lock_emergency
from cases.emergency.models import EmergencyAccess
from cases.emergency.policy import others, reviewers
from cases.emergency.searches import shown_in, unopened
from cases.emergency.states import REMIND, RUN_OUT, TELL_HOLDER, TELL_LABORATORY, TELL_OF_SEARCH, Status
from cases.models import Case
from core.actor import system
from core.audit.models import AuditEvent
from core.jobs.hooks import effect
from core.jobs.models import Job
from core.workflow.models import TimelineEntry
from notifications.actions.notify import notify
from notifications.hooks import subject


def _page(access_id: UUID) -> str:
    return reverse("emergency:detail", args=[access_id])


OPENED = subject(
    "emergency.open",
    _("%(person)s has opened a case of your laboratory by emergency access: %(number)s. A review is owed."),
    _page,
    label=_("Emergency access to a case of the laboratory"),
)
OPENED_BY_OWN = subject(
    "emergency.open_by_own",
    _("%(person)s of your organisation has opened a case elsewhere by emergency access: %(number)s."),
    _page,
    needs_action=False,
    label=_("Emergency access by somebody of the organisation"),
)
OWED = subject(
    "emergency.remind",
    _("The review of emergency access %(number)s is not done yet. Look at it and say whether it was justified."),
    _page,
    label=_("Review of an emergency access owed"),
)
SEARCHED = subject(
    "emergency.search",
    _("%(person)s has looked for a patient with cases of your laboratory for an emergency, and has opened none."),
    lambda _organisation: reverse("emergency:list"),
    needs_action=False,
    label=_("Emergency search that opened nothing"),
)
ENDED = subject(
    "emergency.end",
    _("%(person)s has ended your emergency access %(number)s."),
    _page,
    needs_action=False,
    label=_("Emergency access ended by the laboratory"),
)
REVIEWED = subject(
    "emergency.review",
    _("%(person)s has reviewed your emergency access %(number)s."),
    _page,
    needs_action=False,
    label=_("Emergency access reviewed"),
)


def _people(memberships: Iterable[Membership]) -> set[UUID]:
    return {membership.user_id for membership in memberships}


@effect(TELL_LABORATORY, inside=True, label=_("Telling of an emergency access"), about="emergency")
def tell_laboratory(job: Job) -> None:
    """Whom the rule names in the case's own laboratory (else privacy officers and administrators), and the person's own
    privacy officers. Where the rule names nobody but who opened the case or is kept out of it, it has named nobody."""
    access = EmergencyAccess.objects.select_related("case", "person", "rule").get(pk=job.subject)
    laboratory = others(access.case_id, access.case.organisation_id, access.person_id)
    owner = _people(laboratory.filter(role__in=_roles_told(access)))
    owner = owner or _people(laboratory.filter(role__in=REVIEW_EMERGENCIES))
    elsewhere = others(access.case_id, access.organisation_id, access.person_id)
    own = _people(elsewhere.filter(role=Role.PRIVACY_OFFICER))
    for kind, people in ((OPENED, owner), (OPENED_BY_OWN, own - owner)):
        for person in people:
            _tell(access, kind, person, "1", access.person.printed_name)


def _roles_told(access: EmergencyAccess) -> set[Role]:
    """By the rule under which the case was opened."""
    told = access.rule.says.told if access.rule else WITHOUT_RULE.told
    roles = {Told.PRIVACY_OFFICER: Role.PRIVACY_OFFICER, Told.ADMINISTRATORS: Role.LAB_ADMIN}
    return {role for each, role in roles.items() if each in told}


@effect(TELL_HOLDER, inside=True, label=_("Telling the holder of an emergency access"), about="emergency")
def tell_holder(job: Job) -> None:
    """That somebody else has ended or reviewed it; not where the case has been closed to the holder."""
    access = EmergencyAccess.objects.get(pk=job.subject)
    version = int(job.dedupe_key.split(":")[2])
    steps = TimelineEntry.objects.filter(noun="emergency", noun_id=access.pk, facts__version=version)
    step = steps.first()
    is_closed = access.person_id in branches.denied_people(access.case_id)
    if step is not None and step.person != access.person_id and not is_closed:
        kind = REVIEWED if step.action == "review" else ENDED
        _tell(access, kind, access.person_id, str(version), step.person_name)


@effect(RUN_OUT, inside=True, label=_("End of an emergency access"), about="emergency")
def end_of_the_hour(job: Job) -> None:
    """The grants ended at that second already, decided in SQL; this tidies up and tells tiles and sockets."""
    access = lock_emergency(system(RUN_OUT), job.subject, version=None)
    if access.status == Status.RUNNING:
        run_out(actor=system(RUN_OUT), access=access)


@effect(REMIND, inside=True, label=_("Reminding of a review owed"), about="emergency")
def remind(job: Job) -> None:
    """Tell the reviewers again while the review is owed."""
    access = EmergencyAccess.objects.select_related("case").get(pk=job.subject)
    if access.status == Status.REVIEWED:
        return
    occasion = job.dedupe_key.split(":")[-1]
    for person in _people(reviewers(access.case_id, access.case.organisation_id, access.person_id)):
        _tell(access, OWED, person, occasion, "")


@effect(TELL_OF_SEARCH, inside=True, label=_("Telling of an emergency search that opened nothing"), about="audit")
def tell_of_search(job: Job) -> None:
    """Whoever would have reviewed the opening, in every laboratory of a case that was shown: once for each hour in
    which somebody looks, however often they do."""
    search = AuditEvent.objects.get(pk=job.subject)
    if search.person is None or not unopened([search]):
        return
    occasion = f"{search.person}:{search.at.astimezone(UTC):%Y-%m-%dT%H}"
    told: set[tuple[UUID, UUID]] = set()
    for case, laboratory in Case.objects.filter(pk__in=shown_in(search)).values_list("pk", "organisation"):
        told |= {(laboratory, person) for person in _people(reviewers(case, laboratory, search.person))}
    for laboratory, person in sorted(told):
        notify(
            recipient=person,
            kind=SEARCHED,
            subject=laboratory,
            occasion=occasion,
            person_name=search.person_name,
        )


def _tell(access: EmergencyAccess, kind: str, person: UUID, occasion: str, name: str) -> None:
    notify(
        recipient=person,
        kind=kind,
        subject=access.pk,
        occasion=occasion,
        number=access.number,
        person_name=name,
        urgent=kind in {OPENED, OWED},
    )
