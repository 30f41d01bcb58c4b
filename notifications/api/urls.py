"""The addresses of the room's API."""

from django.urls import path

from notifications.api.views import NotificationsView, ReadView

urlpatterns = [
    path("notifications", NotificationsView.as_view(), name="api-notifications"),
    path("notifications/read", ReadView.as_view(), name="api-notifications-read"),
]
