"""The addresses of the room's API."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
