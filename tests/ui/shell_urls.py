"""The addresses that the shell's own pages name, so that its tests need no other room."""

from django.urls import include, path
from django.views.i18n import set_language

from accounts.views.preferences import switch

urlpatterns = [
    path("", include("core.web.urls")),
    path("language/", set_language, name="set_language"),
    path("accounts/", include("accounts.session_urls")),
    path("people/", include(([path("switch/", switch, name="switch")], "accounts"))),
]
