"""The addresses of the accounts room's API."""

from django.urls import path

from accounts.api.agreements import STEPS, AgreementsView, AgreementView, step_view
from accounts.api.members import (
    DeactivateView,
    EndMembershipView,
    MembershipView,
    OrganisationView,
    PeopleView,
    PersonView,
)
from accounts.api.sessions import PersonFactorsView, PersonSessionsView, SessionsView, SessionView
from accounts.api.single_sign_on import (
    IdentitiesView,
    RemoveSingleSignOnView,
    SingleSignOnView,
    UnlinkIdentityView,
)
from accounts.api.tokens import TokensView, WithdrawTokenView
from accounts.api.views import ExpertsView, MeView
from accounts.api.work import AbsencesView, CancelAbsenceView, WorkView

urlpatterns = [
    path("me", MeView.as_view(), name="api-me"),
    path("me/sessions", SessionsView.as_view(), name="api-sessions"),
    path("me/sessions/<uuid:sign_in_id>", SessionView.as_view(), name="api-session"),
    path("me/identities", IdentitiesView.as_view(), name="api-identities"),
    path("me/identities/<uuid:identity_id>/unlink", UnlinkIdentityView.as_view(), name="api-identity-unlink"),
    path("single-sign-on", SingleSignOnView.as_view(), name="api-single-sign-on"),
    path("single-sign-on/remove", RemoveSingleSignOnView.as_view(), name="api-single-sign-on-remove"),
    path("people", PeopleView.as_view(), name="api-people"),
    path("people/<uuid:person_id>", PersonView.as_view(), name="api-person"),
    path("people/<uuid:person_id>/deactivate", DeactivateView.as_view(), name="api-person-deactivate"),
    path("people/<uuid:person_id>/sessions", PersonSessionsView.as_view(), name="api-person-sessions"),
    path("people/<uuid:person_id>/remove-factors", PersonFactorsView.as_view(), name="api-person-remove-factors"),
    path("tokens", TokensView.as_view(), name="api-tokens"),
    path("tokens/<uuid:token_id>/withdraw", WithdrawTokenView.as_view(), name="api-token-withdraw"),
    path("experts", ExpertsView.as_view(), name="api-experts"),
    path("memberships/<uuid:membership_id>", MembershipView.as_view(), name="api-membership"),
    path("memberships/<uuid:membership_id>/end", EndMembershipView.as_view(), name="api-membership-end"),
    path("organisations/<uuid:organisation_id>", OrganisationView.as_view(), name="api-organisation"),
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
