"""The admin site: for lab administrators and whoever runs the installation, decided by the actor."""

from importlib import import_module

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from core.web.admin import registered


class AdminSite(admin.AdminSite):
    """Django's admin with the project's name, and the project's own sign-in."""

    site_header = site_title = _("Consilium administration")
    index_title = _("Administration")
    login_template = "account/login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Those whom accounts lets in: platform administrators and administrators of a laboratory."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))


site = AdminSite(name="admin")

for _app in apps.get_app_configs():
    if module_has_submodule(_app.module, "admin"):
        import_module(f"{_app.name}.admin")
for _model, _admin in registered().items():
    site.register(_model, _admin)
