"""The addresses of the record in the API."""

from django.urls import path

from consult.desk.api import views

urlpatterns = [
    path("patients/<uuid:patient_id>/looks", views.LookedView.as_view(), name="api-patient-looks"),
    path("audit/mine", views.OwnView.as_view(), name="api-audit-mine"),
    path("audit/search", views.SearchView.as_view(), name="api-audit-search"),
    path("audit/patients", views.FindView.as_view(), name="api-audit-patients"),
]
