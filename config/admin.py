"""The admin site: for lab administrators and whoever runs the installation, decided by the actor."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden
from core.web.admin import registered

ORDER = (
    "accounts",
    "cases",
    "basis",
    "objections",
    "exclusions",
    "emergency",
    "slides",
    "requests",
    "reports",
    "notifications",
    "workflow",
    "audit",
    "jobs",
)


class AdminSite(admin.AdminSite):
    """Django's admin with the project's name, and the project's own sign-in."""

    site_header = site_title = _("Consilium administration")
    index_title = _("Administration")
    enable_nav_sidebar = False

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """People first, then the work, then the record of it; not by name, which differs by language."""
        found = super().get_app_list(request, app_label)
        places = {label: place for place, label in enumerate(ORDER)}
        return sorted(found, key=lambda room: places.get(room["app_label"], len(ORDER)))

    def has_permission(self, request: HttpRequest) -> bool:
        """Those whom accounts lets in: platform administrators, administrators and privacy officers of a laboratory."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one page for signing in; 403 for somebody who is signed in and has nothing to administer."""
        if request.user.is_authenticated:
            raise Forbidden(gettext("This part is for administrators."))
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or request.get_full_path())

    def password_change(  # type: ignore[override]  # a redirect, where the stubs want a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one page for changing a password."""
        return redirect("account_change_password")

    def logout(  # type: ignore[override]  # a redirect, where the stubs want a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one page for signing out."""
        return redirect("account_logout")


site = AdminSite(name="admin")

for _app in apps.get_app_configs():
    if module_has_submodule(_app.module, "admin"):
        import_module(f"{_app.name}.admin")
for _model, _admin in registered().items():
    site.register(_model, _admin)
