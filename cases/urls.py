"""The addresses of the cases room."""

from django.urls import URLPattern

app_name = "cases"
urlpatterns: list[URLPattern] = []
