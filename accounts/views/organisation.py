"""The particulars of one's own laboratory: what it is called, where and in which language it works."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import places, queries
from accounts.actions.as_seen import edit_seen_organisation, organisation_version
from accounts.doors import person_required, the_administrator
from accounts.member_forms import OrganisationForm
from accounts.views.editing import Stands, edited


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """The form, and saving it. Kind, country and what it belongs to are changed by whoever runs the installation."""
    actor = the_administrator(request)
    found = queries.administered_organisation(actor, organisation_id)
    shown = edited(
        request,
        make=partial(OrganisationForm, organisation=found),
        row=found,
        again=lambda: queries.administered_organisation(actor, organisation_id),
        stands=lambda now: Stands(OrganisationForm.values_of(now), organisation_version(now)),
        write=lambda form: edit_seen_organisation(
            actor=actor,
            organisation_id=organisation_id,
            version=form.cleaned_data["version"],
            particulars=form.typed(),
        ),
    )
    if shown is None:
        messages.success(request, _("Saved."))
        return redirect("accounts:organisation", organisation_id)
    context = {**shown.context(), "organisation": found, "country": places.country(found.country)}
    return render(request, "accounts/organisation.html", context, status=shown.status)
