"""The pages of allauth that are used, under allauth's own names.

The rest stays out: nobody signs up, and an e-mail address is changed by the laboratory (accounts.actions.edit_person),
because passwords are reset through it.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account import views
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path


def clearing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Signing out with a word to the browser to forget what it has kept of the session: tiles above all."""

    @wraps(view)
    def cleared(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return cleared


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", clearing(views.logout), name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
