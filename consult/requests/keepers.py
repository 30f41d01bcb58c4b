"""What those who were asked keep of a case as their record of the request, said to the laboratory that asked."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.models.organisation import Kind
from accounts.roles import SEE_HOME_CASES, labels
from cases.hooks import Kept
from consult.requests.models import ConsultRequest
from consult.requests.policy import BEFORE_SENDING, opening, visible_requests
from consult.requests.states import SIGNED
from core.actor import Actor


def of_requests(actor: Actor, case_id: UUID) -> Iterable[Kept]:
    """Each request about the case that the actor sees and that went to another laboratory, or to somebody outside.

    Not those of which the access says everything: that wait to be accepted. Nor those that nobody there reads any more:
    the expert alone read it, and has left. One query.
    """
    found = visible_requests(actor).filter(case=case_id).exclude(status__in=BEFORE_SENDING)
    found = found.exclude(expert__organisation=F("asking_organisation")).annotate(
        opens=Exists(opening(OuterRef("pk"))),
        belongs=Exists(
            Membership.objects.not_ended().filter(
                user=OuterRef("expert__user"), organisation=OuterRef("expert__organisation")
            )
        ),
    )
    people = ("answering_organisation", "expert__user", "expert__organisation")
    for request in found.select_related(*people).order_by("sent_at", "pk"):
        is_told = request.opens or request.status in SIGNED
        if request.answering_organisation is None and is_told:
            continue
        if not (request.belongs or _by_role(request)):
            continue
        yield _kept(request, is_told=is_told)


def _kept(request: ConsultRequest, *, is_told: bool) -> Kept:
    expert = request.expert
    if expert is None:
        raise AssertionError("a request that was sent has an expert (requests_sent_is_complete)")
    lab, by_role = request.answering_organisation, _by_role(request)
    readers = expert.user.printed_name
    if by_role:
        words = _("%(expert)s; by role: %(roles)s; machines there with a token for requests or reports")
        readers = words % {"expert": readers, "roles": ", ".join(labels(SEE_HOME_CASES))}
    return Kept(
        organisation=(lab or expert.organisation).short_name,
        readers=readers,
        words=_("Request %(number)s") % {"number": request.number},
        url=reverse("requests:detail", args=[request.pk]),
        shows_identity=is_told and not request.is_pseudonymised,
        shows_first_report=is_told and _has_report(request),
        keeps=_keeps(request) if is_told else [_("Only that there was a request, and when")],
        until=_("As long as that laboratory keeps its records") if by_role else _("As long as they belong there"),
    )


def _by_role(request: ConsultRequest) -> bool:
    """Whether it is the record of a laboratory here, which others there read too."""
    lab = request.answering_organisation
    return lab is not None and lab.kind != Kind.OUTSIDE


def _keeps(request: ConsultRequest) -> list[str]:
    """What consult.requests.record took when it was sent, and what was written since."""
    sent = _("The request as it was sent, with who the patient is, and what was said about it")
    if request.is_pseudonymised:
        sent = _("The request as it was sent, under a pseudonym, and what was said about it")
    found = [sent]
    if _has_report(request):
        found.append(_("The first report as it was shared"))
    if request.status in SIGNED:
        found.append(_("The signed report"))
    return [*found, _("The hashes of the slides, no images")]


def _has_report(request: ConsultRequest) -> bool:
    """Whether a version of the first report is part of it (consult.requests.policy.kept_reports)."""
    is_shared = request.shares_first_report and not request.is_pseudonymised
    return is_shared and bool(request.first_report_id or request.first_report_signed_id)
