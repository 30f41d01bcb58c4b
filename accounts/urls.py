"""The addresses of the accounts room; signing in has its own (session_urls)."""

from django.urls import path

from accounts.views import address, agreements, colleague, invitations, join, preferences, work

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
    path("colleagues/<uuid:membership_id>/", colleague.show, name="person"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("switch/", preferences.switch, name="switch"),
]
