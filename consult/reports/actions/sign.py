"""Sign a report: synchronous, exactly once, over exactly what was shown."""

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Membership
from cases.access.lock import Seen
from consult.reports import hooks
from consult.reports.actions.edit import lock_report
from consult.reports.content import ContentError, canonical_json, content_hash
from consult.reports.content_check import check as check_content
from consult.reports.content_check import missing_for_signature
from consult.reports.hooks import SignCheck
from consult.reports.known import must_be_known
from consult.reports.models import ReportVersion, Signature
from consult.reports.policy import parties
from consult.reports.states import REPORT, Status
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, ReauthenticationNeeded
from core.workflow.engine import check_version, perform


def sign(
    *,
    actor: Actor,
    report_id: UUID,
    version: int,
    seen: Seen | None,
    shown_sha256: str,
    confirmed: Collection[str],
    proved_by: str,
    meaning: str = "author",
) -> ReportVersion:
    """Fix the draft as the next version and sign it.

    `shown_sha256` is the hash of the preview: if signing would fix anything else, it is a Conflict. `confirmed`
    holds the codes of the warnings that the signer has confirmed. `proved_by` says how the signer proved who they
    are a moment ago ('' raises ReauthenticationNeeded). Raises Invalid where something blocks or is unconfirmed.
    """
    if not proved_by:
        raise ReauthenticationNeeded(_("Confirm that it is you before you sign."))
    with transaction.atomic():
        report = lock_report(actor, report_id, seen)
        if report.status == Status.DISCARDED and (reason := hooks.why_over(report)):
            raise Conflict(reason, current={"status": report.status})
        REPORT.rule(report.status, "sign")
        check_version(report, version)
        content = hooks.compose(report)
        _check_warnings(must_be_known(actor, report, content), confirmed)
        try:
            check_content(content)
        except ContentError as error:
            raise Invalid(_("The report is not complete."), fields=dict(error.problems)) from error
        if missing := missing_for_signature(content):
            raise Invalid(_("The report is not complete."), fields=dict(missing))
        if content_hash(content) != shown_sha256:
            raise Conflict(_("Something changed after the preview. Look at it again before you sign."))
        at = clock.now()
        fixed = ReportVersion.objects.create(
            report=report,
            number=content.version_number,
            kind=content.version_kind,
            content=canonical_json(content).decode(),
            sha256=content_hash(content),
            reason=content.reason,
            created_at=at,
        )
        # After the version, as those who listen to the step read it.
        perform(REPORT, report, "sign", actor=actor, parties=parties(actor, report), case=report.case_id)
        membership = Membership.objects.select_related("organisation").get(pk=actor.acting())
        try:
            with transaction.atomic():
                Signature.objects.create(
                    version=fixed,
                    signer_id=actor.who(),
                    membership=membership.pk,
                    printed_name=actor.name,
                    registration_number=membership.registration_number,
                    registration_body=membership.registration_body,
                    role=membership.role,
                    organisation_name=membership.organisation.name,
                    meaning=meaning,
                    method=proved_by,
                    signed_at=at,
                )
        except IntegrityError as error:
            raise Conflict(_("This version is signed already.")) from error
        hooks.run_on_signed(actor, report, fixed)
    return fixed


def _check_warnings(found: Collection[SignCheck], confirmed: Collection[str]) -> None:
    blocking = {check.code: check.message for check in found if check.blocks}
    if blocking:
        raise Invalid(_("This cannot be signed yet."), fields=blocking)
    unconfirmed = {check.code: check.message for check in found if check.code not in confirmed}
    if unconfirmed:
        raise Invalid(_("Confirm each warning before you sign."), fields=unconfirmed)
