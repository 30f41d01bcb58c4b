"""The page of the admin site that comes before somebody leaves: what becomes of their open work."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import Promise

from accounts.hooks import open_work
from accounts.models import Membership
from core.web.admin import ActorAdmin


def ask_first(
    admin: ActorAdmin,
    request: HttpRequest,
    chosen: Mapping[UUID, tuple[str, list[Membership]]],
    *,
    action: str,
    title: str | Promise,
    consequence: str | Promise,
) -> TemplateResponse | None:
    """The page whose button does `action` to the rows `chosen`: by key, how each is called and what would end with it.

    It asks nobody's rights: the rows are those that the actor may do it to, the memberships those that the actor
    administers. None where no row is left. Its form says `confirmed`.
    """
    if not chosen:
        return None
    work = open_work([each.pk for _, memberships in chosen.values() for each in memberships])
    context = admin.admin_site.each_context(request) | {
        "title": title,
        "consequence": consequence,
        "opts": admin.model._meta,
        "action": action,
        "chosen": [
            (key, name, [piece for piece in work if piece.membership in {each.pk for each in memberships}])
            for key, (name, memberships) in chosen.items()
        ],
    }
    return TemplateResponse(request, "admin/accounts/leaving.html", context)
