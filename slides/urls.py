"""The addresses of the slides room."""

from django.urls import URLPattern

app_name = "slides"
urlpatterns: list[URLPattern] = []
