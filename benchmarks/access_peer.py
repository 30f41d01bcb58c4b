"""django-guardian's own functions on the same data, in the form that suits them best.

Its rows are ours: `CaseGrant` is a guardian model with a direct foreign key (its generic tables compare keys as text
and time out at this size), so `get_objects_for_user` and `ObjectPermissionChecker` read the very same table and
indexes. What the own laboratory sees comes as one more condition, not as a row for each case. They know neither window
nor end nor denial: what they answer is more than may be seen, and less work.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from guardian.core import ObjectPermissionChecker  # noqa: TID251 - the peer, measured and used for nothing
from guardian.shortcuts import get_objects_for_user  # noqa: TID251 - the peer, measured and used for nothing

from accounts.models import User
from cases.access.pages import PAGE, Filters
from cases.models import Case, Slide
from cases.paging import Key
from core.actor import Actor


def user_of(actor: Actor) -> User:
    """The person as guardian wants one: with groups, of which there are none."""
    user = User.objects.get(pk=actor.who())
    user.groups = Group.objects.none()  # type: ignore[attr-defined]  # guardian asks every user for groups
    return user


def visible(user: User, actor: Actor) -> QuerySet[Case]:
    """The cases of the own laboratory, and those that guardian finds."""
    granted = get_objects_for_user(
        user, "cases.view_case", klass=Case, use_groups=False, with_superuser=False, accept_global_perms=False
    )
    return Case.objects.filter(Q(organisation=actor.organisation) | Q(pk__in=granted.values("pk")))


def page(user: User, actor: Actor, filters: Filters | None = None, after: Key | None = None) -> int:
    """One page of the list, in the same order, with the redundant bound that helps keyset paging."""
    found = visible(user, actor).filter((filters or Filters()).as_q())
    if after is not None:
        moment, key = after
        found = found.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=key), received_at__lte=moment)
    return len(found.select_related("patient", "organisation").order_by("-received_at", "-pk")[: PAGE + 1])


def may_see(user: User, actor: Actor, slide_id: UUID) -> bool:
    """The question of the tile server: the slide with its case, then guardian's checker. It knows no named slides."""
    slide = Slide.objects.select_related("case").get(pk=slide_id)
    at_home = slide.case.organisation_id == actor.organisation
    return at_home or ObjectPermissionChecker(user).has_perm("view_case", slide.case)
