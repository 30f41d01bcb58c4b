"""The addresses of the legal basis in the API."""

from django.urls import path

from cases.basis.api.facts import BasisView, EndView
from cases.basis.api.rules import ConfirmView, DropView, RulesView

urlpatterns = [
    path("legal-rules", RulesView.as_view(), name="api-legal-rules"),
    path("legal-rules/confirm", ConfirmView.as_view(), name="api-legal-rule-confirm"),
    path("legal-rules/drop", DropView.as_view(), name="api-legal-rule-drop"),
    path("cases/<uuid:case_id>/legal-basis", BasisView.as_view(), name="api-legal-basis"),
    path("cases/<uuid:case_id>/legal-basis/<uuid:fact_id>/end", EndView.as_view(), name="api-legal-basis-end"),
]
