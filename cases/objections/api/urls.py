"""The addresses of objections in the API."""

from django.urls import path

from cases.objections.api.views import LiftView, ObjectionsView

urlpatterns = [
    path("cases/<uuid:case_id>/objections", ObjectionsView.as_view(), name="api-objections"),
    path("objections/<uuid:objection_id>/lift", LiftView.as_view(), name="api-objection-lift"),
]
