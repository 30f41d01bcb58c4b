"""The admin site: for lab administrators and whoever runs the installation, decided by the actor."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    """Django's admin with the project's name, and the project's own sign-in."""

    site_header = site_title = _("Consilium administration")
    index_title = _("Administration")
    login_template = "account/login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Those whom accounts lets in: platform administrators and administrators of a laboratory."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))


site = AdminSite(name="admin")
