"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest

from core.web.preferences import cookie


def shell(request: HttpRequest) -> dict[str, object]:
    """The actor, the person's memberships, the theme, and whether this is the demo."""
    user = request.user if request.user.is_authenticated else None
    return {
        "actor": getattr(request, "actor", None),
        "memberships": getattr(request, "memberships", []),
        "theme": getattr(user, "theme", "") or request.COOKIES.get(cookie("theme"), "system"),
        "demo": settings.DEMO,
        "version": settings.VERSION,
        "idle_after": settings.SESSION_IDLE_AFTER,
    }
