"""`{% emergency_banner view %}`: the red band on every page of a case that is open in an emergency."""

from typing import Any

from django import template

from cases.access.view import CaseView
from cases.emergency.policy import running
from core import clock

register = template.Library()


@register.inclusion_tag("emergency/_banner.html", takes_context=True)
def emergency_banner(context: dict[str, Any], view: CaseView) -> dict[str, Any]:
    """Who looks by emergency access sees so, with the minutes left and a button to end it. Nothing for anybody else.

    No query for readers of the case's own laboratory, else one, and the time while it runs.
    """
    actor = context.get("actor")
    access = None if actor is None or view.is_home else running(actor).filter(case=view.id).first()
    if access is None:
        return {}
    seconds = max(1, int((access.ends_at - clock.now()).total_seconds()))
    return {
        "access": access,
        "seconds": seconds,
        "minutes": -(-seconds // 60),
        "csrf_token": context.get("csrf_token"),
    }
