"""The addresses of exclusions in the API."""

from django.urls import path

from cases.exclusions.api.views import ExclusionsView, LetInView

urlpatterns = [
    path("cases/<uuid:case_id>/exclusions", ExclusionsView.as_view(), name="api-exclusions"),
    path("exclusions/<uuid:exclusion_id>/lift", LetInView.as_view(), name="api-exclusion-lift"),
]
