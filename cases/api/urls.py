"""The addresses of the room's API."""

from django.urls import path

from cases.api import access, patients, views

urlpatterns = [
    path("cases", views.CasesView.as_view(), name="api-cases"),
    path("cases/<uuid:case_id>", views.CaseView.as_view(), name="api-case"),
    path("cases/<uuid:case_id>/material", views.MaterialView.as_view(), name="api-case-material"),
    path(
        "cases/<uuid:case_id>/material/corrections",
        views.MaterialCorrectionsView.as_view(),
        name="api-case-material-corrections",
    ),
    path("cases/<uuid:case_id>/corrections", views.CorrectionsView.as_view(), name="api-case-corrections"),
    path("cases/<uuid:case_id>/close", views.CloseView.as_view(), name="api-case-close"),
    path("cases/<uuid:case_id>/reopen", views.ReopenView.as_view(), name="api-case-reopen"),
    path("cases/<uuid:case_id>/access", access.CaseAccessView.as_view(), name="api-case-access"),
    path("cases/<uuid:case_id>/why", access.CaseWhyView.as_view(), name="api-case-why"),
    path("patients", patients.PatientsView.as_view(), name="api-patients"),
    path("patients/search", patients.PatientSearchView.as_view(), name="api-patients-search"),
    path("patients/<uuid:patient_id>", patients.PatientView.as_view(), name="api-patient"),
]
