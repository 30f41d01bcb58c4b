"""Preview and signature: exactly what was shown is signed, by somebody who has just proved who they are."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import reauthentication
from accounts.doors import member_required, the_actor
from accounts.models import Membership, User
from accounts.reauthentication import TooManyAttempts, WrongProof
from consult.reports import hooks
from consult.reports.actions.sign import sign as sign_action
from consult.reports.audit_names import SIGNATURE_REFUSED
from consult.reports.content import Content
from consult.reports.forms import SignForm
from consult.reports.parts import changed_parts, fingerprint
from consult.reports.policy import MADE, get_report
from consult.reports.preview import Preview
from consult.reports.preview import preview as compose_preview
from consult.reports.queries import identity, paper
from core import terms
from core.actor import Actor
from core.audit.models import Outcome
from core.audit.record import record
from core.errors import Conflict, Invalid, Refusal
from core.web.posted import posted_from
from core.web.refusals import limited

MEANING = "author"


@require_safe
@member_required
def preview(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The paper as it will be, what must be mended or confirmed first, and the dialog that signs it."""
    actor = the_actor(request)
    if get_report(actor, report_id).status in MADE:
        return redirect("reports:detail", report_id)
    shown = compose_preview(actor, report_id)
    return _page(request, shown, _empty_form(request, shown))


@member_required
@posted_from("reports:preview", "report_id")
def sign(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Sign. What is wrong is said on the same page with what was ticked kept; only the password is typed again."""
    actor = the_actor(request)
    if get_report(actor, report_id).status in MADE:
        return _already(request, report_id)
    shown = compose_preview(actor, report_id)
    form = SignForm(request.POST, person=_person(request), warnings=shown.warnings)
    if not form.is_valid():
        return _page(request, shown, form, status=422)
    try:
        version = sign_action(
            actor=actor,
            report_id=report_id,
            version=form.cleaned_data["version"],
            seen=form.seen(),
            shown_sha256=form.cleaned_data["shown_sha256"],
            confirmed=form.cleaned_data["confirmed"],
            proved_by=prove(request, actor, report_id, form.proof()),
            meaning=MEANING,
        )
    except (WrongProof, TooManyAttempts) as refusal:
        form.refused(refusal)
        status = 422 if isinstance(refusal, WrongProof) else refusal.status
        return limited(_page(request, shown, form, status=status), refusal)
    except Invalid as refusal:
        return _incomplete(request, shown, form, refusal)
    except Conflict as refusal:
        return _overtaken(request, report_id, refusal)
    messages.success(request, _("Signed. The requester is told, and the PDF is being made."))
    return redirect("reports:detail", version.report_id)


def prove(request: HttpRequest, actor: Actor, report_id: UUID, given: Mapping[str, str]) -> str:
    """reauthentication.prove, with a row of its own for every signature that was refused for it."""
    try:
        return reauthentication.prove(request, given)
    except (WrongProof, TooManyAttempts) as refusal:
        with transaction.atomic():
            record(
                actor,
                SIGNATURE_REFUSED,
                outcome=Outcome.DENIED,
                object_kind="report",
                object_id=report_id,
                reason=refusal.code,
            )
        raise


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _empty_form(request: HttpRequest, shown: Preview) -> SignForm:
    case = shown.report.case
    return SignForm(
        person=_person(request),
        warnings=shown.warnings,
        initial={
            "version": shown.report.version,
            "shown_sha256": shown.sha256,
            "shown_parts": fingerprint(shown.content),
            "seen_case": case.identity_version,
            "seen_patient": case.patient.version,
        },
    )


def _incomplete(request: HttpRequest, shown: Preview, form: SignForm, refusal: Invalid) -> HttpResponse:
    """A warning without its tick is said at the boxes, everything else above the form."""
    warnings = {check.code for check in shown.warnings}
    for code, message in refusal.fields.items():
        form.add_error("confirmed" if code in warnings else None, message)
    if not refusal.fields:
        form.add_error(None, refusal.message)
    return _page(request, shown, form, status=422)


def _overtaken(request: HttpRequest, report_id: UUID, refusal: Conflict) -> HttpResponse:
    """Signed meanwhile, or no longer what was shown: what stands now is shown, and nothing is signed."""
    actor = the_actor(request)
    if get_report(actor, report_id).status in MADE:
        return _already(request, report_id)
    shown = compose_preview(actor, report_id)
    changed = changed_parts(request.POST.get("shown_parts", ""), shown.content)
    return _page(request, shown, _empty_form(request, shown), status=409, refusal=refusal, changed=changed)


def _already(request: HttpRequest, report_id: UUID) -> HttpResponse:
    return render(request, "reports/already_signed.html", {"report_id": report_id}, status=409)


def _page(
    request: HttpRequest,
    shown: Preview,
    form: SignForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    changed: Sequence[str] = (),
) -> HttpResponse:
    actor, content = the_actor(request), shown.content
    context = {
        "shown": shown,
        "report": shown.report,
        "form": form,
        "refusal": refusal,
        "changed": changed,
        "opens_dialog": form.is_bound,
        "banner": identity(actor, shown.report, content),
        "paper": paper(shown.report, content),
        "line": _line(content),
        "signer": actor.name,
        "membership": Membership.objects.select_related("organisation").get(pk=actor.acting()),
        "meaning": terms.label("signature_meanings", MEANING),
        "writing_page": hooks.writing_page(shown.report),
    }
    return render(request, "reports/preview.html", context, status=status)


def _line(content: Content) -> str:
    """What is being signed, in one line: the diagnosis, else the answer, and how sure the author is."""
    text = (content.text("diagnosis") or content.text("answer")).strip().rstrip(".")
    confidence = terms.label("confidence_levels", content.confidence) if content.confidence else ""
    return ", ".join(part for part in (text, confidence) if part)
