"""The addresses of exclusions, below those of cases."""

from django.urls import path

from cases.exclusions.views import pages

app_name = "exclusions"
urlpatterns = [
    path("<uuid:case_id>/keep-out/", pages.record, name="record"),
    path("exclusions/<uuid:exclusion_id>/let-in/", pages.lift, name="lift"),
]
