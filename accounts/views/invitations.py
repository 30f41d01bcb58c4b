"""Inviting people into one's laboratory, and taking an invitation back."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.actions.invite import invite as invite_action
from accounts.actions.withdraw_invitation import withdraw_invitation
from accounts.doors import person_required, the_actor
from accounts.forms import InvitationForm, add_refusal
from accounts.models import Invitation, Organisation
from accounts.reauthentication import FIELDS
from core.errors import Forbidden, Invalid
from core.web.posted import posted_from


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def invite(request: HttpRequest) -> HttpResponse:
    """The invitations of the laboratory with the form for a new one."""
    actor = the_actor(request)
    organisations = queries.inviting_organisations(actor)
    if not organisations:
        raise Forbidden(_("People are invited by the administrator of a laboratory."))
    own = next((each for each in organisations if each.pk == actor.organisation), organisations[0])
    form = InvitationForm(
        request.POST or None,
        request=request,
        organisations=organisations,
        initial={"language": _language(own), "organisation": own.pk},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if name not in FIELDS}
            try:
                invitation = invite_action(actor=actor, organisation_id=given.pop("organisation").pk, **given)
            except Invalid as refusal:
                add_refusal(form, refusal)
            else:
                words = _("%(name)s has been invited. The mail is on its way.")
                messages.success(request, words % {"name": f"{invitation.given_name} {invitation.family_name}"})
                return redirect("accounts:invite")
    rows = [
        {"invitation": invitation, "state": state, "name": _name(invitation)}
        for invitation, state in queries.recent_invitations(actor)
    ]
    context = {"form": form, "rows": rows, "several": len(organisations) > 1}
    return render(request, "accounts/invite.html", context, status=status)


@person_required
@posted_from("accounts:invite")
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    withdraw_invitation(actor=the_actor(request), invitation_id=invitation_id)
    messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    return redirect("accounts:invite")


def _language(organisation: Organisation) -> str:
    """The language of the laboratory's reports, as one of the settings' (its en is en-gb)."""
    known = list(dict(settings.LANGUAGES))
    alike = [code for code in known if code[:2] == organisation.language[:2]]
    return organisation.language if organisation.language in known else (alike or known)[0]


def _name(invitation: Invitation) -> str:
    return " ".join(filter(None, (invitation.title, invitation.given_name, invitation.family_name)))
