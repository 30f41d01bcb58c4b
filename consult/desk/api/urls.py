"""The addresses of the record and of the search in the API."""

from django.urls import path

from consult.desk.api import views
from consult.desk.api.search import SearchView

urlpatterns = [
    path("patients/<uuid:patient_id>/looks", views.LookedView.as_view(), name="api-patient-looks"),
    path("audit/mine", views.OwnView.as_view(), name="api-audit-mine"),
    path("audit/search", views.SearchView.as_view(), name="api-audit-search"),
    path("audit/patients", views.FindView.as_view(), name="api-audit-patients"),
    path("search", SearchView.as_view(), name="api-search"),
]
