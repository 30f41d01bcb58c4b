"""The addresses of the accounts room; signing in has its own (session_urls)."""

from django.urls import path

from accounts.views import (
    address,
    agreements,
    colleague,
    invitations,
    join,
    own_sessions,
    people,
    preferences,
    presence,
    tokens,
    work,
)

app_name = "accounts"
urlpatterns = [
    path("invitations/", invitations.invite, name="invite"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("agreements/", agreements.listing, name="agreements"),
    path("agreements/new/", agreements.new, name="propose_agreement"),
    path("agreements/<uuid:agreement_id>/", agreements.detail, name="agreement"),
    path("agreements/<uuid:agreement_id>/<str:action>/", agreements.act, name="act_on_agreement"),
    path("work/", work.own, name="own_work"),
    path("work/<uuid:membership_id>/", work.work, name="work"),
    path("work/<uuid:membership_id>/absences/", work.absence, name="enter_absence"),
    path("work/absences/<uuid:absence_id>/cancel/", work.cancel, name="cancel_absence"),
    path("join/<str:token>/", join.accept, name="accept_invitation"),
    path("address/<str:token>/", address.confirm, name="confirm_address"),
    path("colleagues/<uuid:membership_id>/", colleague.show, name="colleague"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("presence/", presence.presence, name="presence"),
    path("presence/proof/", presence.proof, name="proof"),
    path("presence/resume/", presence.resume, name="resume"),
    path("sessions/", own_sessions.listed, name="sessions"),
    path("sessions/end-others/", own_sessions.end_others, name="end_other_sessions"),
    path("sessions/<uuid:sign_in_id>/end/", own_sessions.end, name="end_session"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/", tokens.token, name="token"),
    path("tokens/<uuid:token_id>/withdraw/", tokens.withdraw, name="withdraw_token"),
    path("", people.people, name="people"),
    path("<uuid:person_id>/", people.person, name="person"),
    path("<uuid:person_id>/end-sessions/", people.end_sessions, name="end_sessions_of"),
    path("<uuid:person_id>/remove-factors/", people.take_factors, name="remove_factors"),
    path("switch/", preferences.switch, name="switch"),
]
