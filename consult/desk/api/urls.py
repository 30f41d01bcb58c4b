"""The addresses of the desk's API."""

from django.urls import path

from consult.desk.api.views import SearchView

urlpatterns = [path("search", SearchView.as_view(), name="api-search")]
