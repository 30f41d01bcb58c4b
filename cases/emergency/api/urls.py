"""The addresses of emergency access in the API."""

from django.urls import path

from cases.emergency.api.views import EmergenciesView, EmergencyView, EndView, LetterView, ReviewView

urlpatterns = [
    path("emergency-accesses", EmergenciesView.as_view(), name="api-emergencies"),
    path("emergency-accesses/<uuid:access_id>", EmergencyView.as_view(), name="api-emergency"),
    path("emergency-accesses/<uuid:access_id>/end", EndView.as_view(), name="api-emergency-end"),
    path("emergency-accesses/<uuid:access_id>/review", ReviewView.as_view(), name="api-emergency-review"),
    path("emergency-accesses/<uuid:access_id>/letter", LetterView.as_view(), name="api-emergency-letter"),
]
