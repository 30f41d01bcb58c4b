"""The addresses of the room's API."""

from django.urls import path

from consult.requests.api.views import CALLS, RequestsView, RequestView, action_view

urlpatterns = [
    path("requests", RequestsView.as_view(), name="api-requests"),
    path("requests/<uuid:request_id>", RequestView.as_view(), name="api-request"),
    *(
        path(f"requests/<uuid:request_id>/{name}", action_view(name).as_view(), name=f"api-request-{name}")
        for name in CALLS
    ),
]
