"""The addresses of the notifications room; the live stream's, served by a process of its own, is in config.urls."""

from django.urls import path

from notifications.views import inbox

app_name = "notifications"
urlpatterns = [
    path("", inbox.inbox, name="list"),
    path("badge/", inbox.badge, name="badge"),
    path("read/", inbox.read_all, name="read_all"),
    path("<uuid:notification_id>/", inbox.open_one, name="open"),
    path("<uuid:notification_id>/read/", inbox.read, name="read"),
]
