"""Addresses of the shell itself: a preference, the page after signing in again, and the style guide."""

from django.conf import settings
from django.urls import path
from django.views.generic import TemplateView

from core.web import preferences, styleguide

app_name = "web"
urlpatterns = [
    path("preference/", preferences.choose, name="preference"),
    path("signed-in/", TemplateView.as_view(template_name="account/signed_in.html"), name="signed_in"),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("styleguide/", styleguide.show, name="styleguide"))
