"""The addresses of the accounts room's API."""

from django.urls import path

from accounts.api.agreements import STEPS, AgreementsView, AgreementView, step_view
from accounts.api.sessions import PersonFactorsView, PersonSessionsView, SessionsView, SessionView
from accounts.api.tokens import TokensView, WithdrawTokenView
from accounts.api.views import ExpertsView, MeView
from accounts.api.work import AbsencesView, CancelAbsenceView, WorkView

urlpatterns = [
    path("me", MeView.as_view(), name="api-me"),
    path("me/sessions", SessionsView.as_view(), name="api-sessions"),
    path("me/sessions/<uuid:sign_in_id>", SessionView.as_view(), name="api-session"),
    path("people/<uuid:person_id>/sessions", PersonSessionsView.as_view(), name="api-person-sessions"),
    path("people/<uuid:person_id>/remove-factors", PersonFactorsView.as_view(), name="api-person-remove-factors"),
    path("tokens", TokensView.as_view(), name="api-tokens"),
    path("tokens/<uuid:token_id>/withdraw", WithdrawTokenView.as_view(), name="api-token-withdraw"),
    path("experts", ExpertsView.as_view(), name="api-experts"),
    path("memberships/<uuid:membership_id>/work", WorkView.as_view(), name="api-work"),
    path("memberships/<uuid:membership_id>/absences", AbsencesView.as_view(), name="api-absences"),
    path("absences/<uuid:absence_id>/cancel", CancelAbsenceView.as_view(), name="api-absence-cancel"),
    path("agreements", AgreementsView.as_view(), name="api-agreements"),
    path("agreements/<uuid:agreement_id>", AgreementView.as_view(), name="api-agreement"),
    *(
        path(f"agreements/<uuid:agreement_id>/{name}", step_view(name).as_view(), name=f"api-agreement-{name}")
        for name in STEPS
    ),
]
