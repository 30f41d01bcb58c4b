"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url


def shell(request: HttpRequest) -> dict[str, object]:
    """The actor, the person's memberships, the theme, and whether this is the demo."""
    user = request.user if request.user.is_authenticated else None
    return {
        "actor": getattr(request, "actor", None),
        "memberships": getattr(request, "memberships", []),
        "theme": getattr(user, "theme", "") or request.COOKIES.get("theme", "system"),
        "demo": settings.DEMO,
        "home_url": resolve_url(settings.LOGIN_REDIRECT_URL),
        "version": settings.VERSION,
    }
