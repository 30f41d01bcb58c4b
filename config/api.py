"""The addresses of the API, /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from core.web.api import docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("cases.api.urls")),
    path("", include("cases.objections.api.urls")),
    path("", include("cases.exclusions.api.urls")),
    path("", include("cases.basis.api.urls")),
    path("", include("cases.emergency.api.urls")),
    path("", include("consult.requests.api.urls")),
    path("", include("consult.reports.api.urls")),
    path("", include("consult.desk.api.urls")),
    path("", include("slides.api.urls")),
    path("", include("notifications.api.urls")),
    path("", include("consult.desk.api.urls")),
    path("schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs", docs.show, name="api-docs"),
]
