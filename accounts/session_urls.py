"""The pages of allauth that are used, under allauth's own names.

The rest stays out: nobody signs up, and an e-mail address is changed by the laboratory (accounts.actions.edit_person),
because passwords are reset through it. What changes a second factor does so in one transaction with its audit row.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account import views
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, re_path, reverse

from accounts.reauthentication import is_fresh
from accounts.sessions import State
from accounts.signing_out import forgotten
from accounts.views import sign_in, sso


def clearing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Signing out with a word to the browser to forget what it has kept of the session."""

    @wraps(view)
    def cleared(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if request.method == "POST":
            return forgotten(response)
        return response

    return cleared


def after_a_proof(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Adding a factor, or a first password, takes a fresh proof of everybody. allauth asks none of somebody who has
    neither password nor factor here; at the first sign-in, when nothing else is open yet, that is right.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.standing.state == State.IN and not is_fresh(request):  # type: ignore[attr-defined]  # ours
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return guarded


urlpatterns = [
    path("login/", sign_in.login, name="account_login"),
    path("sso/", sso.choose, name="account_sso"),
    path("sso/prove/", sso.prove, name="account_sso_prove"),
    path("sso/<uuid:organisation_id>/", sso.start, name="account_sso_start"),
    path("sso/<uuid:organisation_id>/callback/", sso.callback, name="account_sso_callback"),
    path("logout/", clearing(views.logout), name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", after_a_proof(views.password_set), name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("second-factor/", factor.index, name="mfa_index"),
    path("second-factor/", factor.index, name="mfa_list_webauthn"),  # where allauth goes after changing a passkey
    path("second-factor/check/", sign_in.authenticate, name="mfa_authenticate"),
    path("second-factor/reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/", after_a_proof(transaction.atomic(totp.activate_totp)), name="mfa_activate_totp"),
    path("second-factor/app/remove/", transaction.atomic(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-factor/codes/new/",
        transaction.atomic(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("second-factor/passkey/", after_a_proof(transaction.atomic(passkey.add_webauthn)), name="mfa_add_webauthn"),
    path("second-factor/passkey/sign-in/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("second-factor/passkey/reauthenticate/", passkey.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path(
        "second-factor/passkey/<int:pk>/remove/",
        transaction.atomic(passkey.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("second-factor/passkey/<int:pk>/name/", transaction.atomic(passkey.edit_webauthn), name="mfa_edit_webauthn"),
]
