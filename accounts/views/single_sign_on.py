"""The organisation's single sign-on, for its administrator: setting it up, changing it, removing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import identities, policy
from accounts.actions.set_provider import remove_provider, set_provider
from accounts.doors import person_required, the_actor
from accounts.forms import add_refusal
from accounts.models import IdentityProvider
from accounts.oidc.client import callback_url
from accounts.proof_fields import FreshProof
from accounts.sign_in_forms import ProviderForm
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid
from core.web.posted import posted_from
from core.web.refusals import audit_denial


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@person_required
@never_cache
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """How it is set up, who comes in only by it, and for the organisation's own administrator the form.

    Whoever runs the installation sees which organisations have it.
    """
    actor = _reader(request)
    found = _own(actor)
    sets = policy.may_set_sign_in(actor)
    if request.method == "POST" and not sets:
        raise Forbidden(_("Single sign-on is set up by the administrator of the organisation itself."))
    form = ProviderForm(request.POST or None, request=request, row=found) if sets else None
    status = 200
    if form is not None and form.is_bound:
        status = 422
        if form.is_valid():
            try:
                set_provider(
                    actor=actor,
                    organisation_id=actor.lab(),
                    fields=form.fields_given(),
                    version=form.cleaned_data["version"],
                )
            except (Invalid, Conflict) as refusal:
                audit_denial(request, refusal)
                add_refusal(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("Single sign-on is set up."))
                return redirect("accounts:single_sign_on")
        form.ask_for_secret_again()
    context = {
        "form": form,
        "row": found,
        "rows": () if actor.organisation else policy.visible_providers(actor),
        "callback": callback_url(request, actor.organisation) if actor.organisation else "",
        "only": identities.only_by(found) if found else [],
        "removal": FreshProof(request=request) if found and policy.administered(actor).exists() else None,
    }
    return render(request, "accounts/single_sign_on.html", context, status=status)


@person_required
@posted_from("accounts:single_sign_on")
@never_cache
def remove(request: HttpRequest) -> HttpResponse:
    """Nobody comes in by it from now on."""
    actor = _reader(request)
    form = FreshProof(request.POST, request=request)
    if not form.is_valid():
        messages.error(request, _("Show first that it is you."))
        return redirect("accounts:single_sign_on")
    if actor.organisation is None:
        raise Forbidden(_("Remove it on the admin site."))
    remove_provider(actor=actor, organisation_id=actor.organisation)
    messages.success(request, _("Single sign-on is removed. The sessions that it opened have ended."))
    return redirect("accounts:single_sign_on")


def _own(actor: Actor) -> IdentityProvider | None:
    return policy.visible_providers(actor).filter(organisation=actor.organisation).first()


def _reader(request: HttpRequest) -> Actor:
    actor = the_actor(request)
    if not policy.sees_sign_in(actor):
        raise Forbidden(_("Single sign-on is for the administrators and privacy officers of an organisation."))
    return actor
