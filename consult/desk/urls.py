"""The addresses of the desk room."""

from django.urls import path

from consult.desk.views.home import home, live
from consult.desk.views.preview import preview
from consult.desk.views.search import palette, results, start

app_name = "desk"
urlpatterns = [
    path("", home, name="home"),
    path("worklist/live/", live, name="live"),
    path("worklist/<uuid:pk>/preview/", preview, name="preview"),
    path("search/", start, name="search"),
    path("search/palette/", palette, name="palette"),
    path("search/<uuid:search_id>/", results, name="results"),
]
