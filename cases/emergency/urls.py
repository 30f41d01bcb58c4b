"""The addresses of emergency access: ids only."""

from django.urls import path

from cases.emergency.views import access, open

app_name = "emergency"
urlpatterns = [
    path("", access.listing, name="list"),
    path("open/", open.start, name="open"),
    path("<uuid:access_id>/", access.detail, name="detail"),
    path("<uuid:access_id>/end/", access.end, name="end"),
    path("<uuid:access_id>/review/", access.review, name="review"),
    path("<uuid:access_id>/letter/", access.letter, name="letter"),
]
