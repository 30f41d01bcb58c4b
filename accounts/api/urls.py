"""The addresses of the accounts room's API."""

from django.urls import path

from accounts.api.agreements import STEPS, AgreementsView, AgreementView, step_view
from accounts.api.views import ExpertsView, MeView

urlpatterns = [
    path("me", MeView.as_view(), name="api-me"),
    path("experts", ExpertsView.as_view(), name="api-experts"),
    path("agreements", AgreementsView.as_view(), name="api-agreements"),
    path("agreements/<uuid:agreement_id>", AgreementView.as_view(), name="api-agreement"),
    *(
        path(f"agreements/<uuid:agreement_id>/{name}", step_view(name).as_view(), name=f"api-agreement-{name}")
        for name in STEPS
    ),
]
