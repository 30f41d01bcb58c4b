"""The addresses of the requests room."""

from django.urls import URLPattern

app_name = "requests"
urlpatterns: list[URLPattern] = []
