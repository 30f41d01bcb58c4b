"""The addresses of the accounts room's API."""

from django.urls import path

from accounts.api.views import ExpertsView, MeView

urlpatterns = [
    path("me", MeView.as_view(), name="api-me"),
    path("experts", ExpertsView.as_view(), name="api-experts"),
]
