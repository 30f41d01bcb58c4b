"""The addresses of the slides room. Tiles have their own process and addresses: slides/tiles."""

from django.urls import URLPattern, path

from slides.views import answers, take_off, upload, viewer

app_name = "slides"
urlpatterns: list[URLPattern] = [
    path("<uuid:slide_id>/", viewer.view, name="view"),
    path("<uuid:slide_id>/meta/", answers.meta, name="meta"),
    path("<uuid:slide_id>/opened/", answers.opened, name="opened"),
    path("<uuid:slide_id>/closed/", answers.closed, name="closed"),
    path("<uuid:slide_id>/heartbeat/", answers.heartbeat, name="heartbeat"),
    path("<uuid:slide_id>/upload/", upload.upload, name="upload"),
    path("<uuid:slide_id>/retry/", answers.retry, name="retry"),
    path("<uuid:slide_id>/take-off/", take_off.take_off, name="take_off"),
]
