"""A colleague: who works where as what, as every member may look up."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.doors import member_required, the_actor
from accounts.policy import colleagues
from core import terms
from core.errors import Hidden


@member_required
@require_GET
def show(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """The membership with role, laboratory and subspecialties. 404 for one that is not in force."""
    member = colleagues(the_actor(request)).prefetch_related("expertise").filter(pk=membership_id).first()
    if member is None:
        raise Hidden(_("This person is not there."))
    organs = [terms.label("organ_systems", each.organ_system) for each in member.expertise.all()]
    return render(request, "accounts/colleague.html", {"member": member, "organs": organs})
