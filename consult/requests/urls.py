"""The addresses of the requests room."""

from django.urls import path

from consult.requests.outside import views as outside
from consult.requests.views.act import act
from consult.requests.views.check import check
from consult.requests.views.detail import detail
from consult.requests.views.edit import edit, readiness
from consult.requests.views.experts import search
from consult.requests.views.listing import mine
from consult.requests.views.new import new
from consult.requests.views.news import news
from consult.requests.views.workbench import read

app_name = "requests"
urlpatterns = [
    path("", mine, name="mine"),
    path("new/<uuid:case_id>/", new, name="new"),
    path("outside/", outside.listing, name="outside_experts"),
    path("outside/<uuid:expert_id>/", outside.detail, name="outside_expert"),
    path("outside/<uuid:expert_id>/<slug:action>/", outside.act, name="act_on_outside_expert"),
    path("<uuid:pk>/outside/", outside.propose, name="propose_outside_expert"),
    path("<uuid:pk>/", detail, name="detail"),
    path("<uuid:pk>/news/", news, name="news"),
    path("<uuid:pk>/edit/", edit, name="edit"),
    path("<uuid:pk>/ready/", readiness, name="readiness"),
    path("<uuid:pk>/experts/", search, name="experts"),
    path("<uuid:pk>/check/", check, name="check"),
    path("<uuid:pk>/do/<slug:name>/", act, name="act"),
    path("<uuid:pk>/read/", read, name="read"),
]
