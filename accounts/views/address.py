"""Confirming a new e-mail address: the page behind the link that is mailed there."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.confirm_address import confirm_address
from accounts.doors import person_required, the_actor
from accounts.links import address_change_id
from core.errors import Hidden


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button, because mail programs open links by themselves; the person then signs in with the new address."""
    change = address_change_id(token)
    if change is None:
        raise Hidden(_("This link leads nowhere."))
    if request.method == "POST":
        confirm_address(actor=the_actor(request), change_id=change)
        logout(request)
        messages.success(request, _("The new address holds from now on. Sign in with it."))
        return redirect("account_login")
    return render(request, "accounts/confirm_address.html")
