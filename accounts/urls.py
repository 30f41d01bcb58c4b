"""The addresses of the accounts room; signing in has its own (session_urls)."""

from django.urls import path

from accounts.views import address, invitations, join, preferences

app_name = "accounts"
urlpatterns = [
    path("invitations/", invitations.invite, name="invite"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("join/<str:token>/", join.accept, name="accept_invitation"),
    path("address/<str:token>/", address.confirm, name="confirm_address"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("switch/", preferences.switch, name="switch"),
]
