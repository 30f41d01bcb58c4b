"""The addresses of objections, below those of cases."""

from django.urls import path

from cases.objections.views import pages

app_name = "objections"
urlpatterns = [
    path("<uuid:case_id>/objection/", pages.record, name="record"),
    path("objections/<uuid:objection_id>/lift/", pages.lift, name="lift"),
]
