"""How one signs in at one's organisations: linking one's own account there, and unlinking it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import identities
from accounts.actions.link_identity import unlink_identity
from accounts.doors import person_required, the_actor
from accounts.models import Identity, User
from accounts.proof_fields import FreshProof
from accounts.views.sso import LINK, leave
from core.errors import Conflict, Hidden
from core.web.posted import posted_from


@require_safe
@person_required
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """What is linked, and what could be."""
    return _page(request, FreshProof(request=request))


@person_required
@posted_from("accounts:identities")
@never_cache
def link(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Off to the organisation, to come back with one's identity there."""
    person = _person(request)
    provider = next(
        (each for each in identities.linkable_providers(person) if each.organisation_id == organisation_id), None
    )
    if provider is None:
        raise Hidden(_("There is no single sign-on here."))
    form = FreshProof(request.POST, request=request)
    if not form.is_valid():
        return _page(request, form, status=422)
    return leave(request, provider, LINK, person=str(person.pk))


@person_required
@posted_from("accounts:identities")
@never_cache
def unlink(request: HttpRequest, identity_id: UUID) -> HttpResponse:
    """No longer."""
    form = FreshProof(request.POST, request=request)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        unlink_identity(actor=the_actor(request), identity_id=identity_id)
    except Conflict as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("It is no longer linked. Use your other ways to sign in."))
    return redirect("accounts:identities")


def _page(request: HttpRequest, form: FreshProof, *, status: int = 200) -> HttpResponse:
    person = _person(request)
    providers = identities.linkable_providers(person)
    rows = list(Identity.objects.filter(person=person))
    of: dict[str, list[str]] = {each.issuer: [] for each in rows}
    for each in providers:
        of.get(each.issuer, []).append(each.organisation.name)
    linked = [{"row": each, "organisations": of[each.issuer]} for each in rows]
    open_ = [each for each in providers if each.issuer not in of]
    context = {"form": form, "linked": linked, "open": open_}
    return render(request, "accounts/identities.html", context, status=status)


def _person(request: HttpRequest) -> User:
    person = request.user
    if not isinstance(person, User):
        raise Hidden(_("This is not there."))
    return person
