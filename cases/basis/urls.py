"""The addresses of the legal basis, below those of cases: ids and codes only."""

from django.urls import path

from cases.basis.views import facts, rules

app_name = "basis"
urlpatterns = [
    path("legal-rules/", rules.listing, name="rules"),
    path("legal-rules/confirm/", rules.confirm, name="confirm"),
    path("legal-rules/state/", rules.state, name="state"),
    path("legal-rules/drop/", rules.drop, name="drop"),
    path("<uuid:case_id>/legal-basis/", facts.show, name="case"),
    path("<uuid:case_id>/legal-basis/record/<slug:kind>/", facts.record, name="record"),
    path("<uuid:case_id>/legal-basis/<uuid:fact_id>/<slug:how>/", facts.end, name="end"),
]
