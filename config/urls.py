"""Every address. Rooms bring their own; this file only says under which name they hang."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import preferences
from config.admin import site
from core.web import health
from notifications.views import live

handler400 = "core.web.errors.bad_request"
handler403 = "core.web.errors.permission_denied"
handler404 = "core.web.errors.not_found"
handler429 = "core.web.errors.too_many_requests"
handler500 = "core.web.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("consult.desk.urls")),
    path("", include("core.web.urls")),
    path("accounts/", include("accounts.session_urls")),
    path("people/", include("accounts.urls")),
    path("cases/", include("cases.urls")),
    path("cases/", include("cases.objections.urls")),
    path("cases/", include("cases.exclusions.urls")),
    path("cases/", include("cases.basis.urls")),
    path("emergency/", include("cases.emergency.urls")),
    path("requests/", include("consult.requests.urls")),
    path("reports/", include("consult.reports.urls")),
    path("slides/", include("slides.urls")),
    path("notifications/", include("notifications.urls")),
    path("api/v1/", include("config.api")),
    path("admin/", site.urls),
    path("live/notifications", live.notifications, name="live-notifications"),
    path("i18n/setlang/", preferences.language, name="set_language"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("consult.desk.demo.urls")))
