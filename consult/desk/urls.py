"""The addresses of the desk room."""

from django.urls import path

from consult.desk.views import audit, looked, trail
from consult.desk.views.home import home, live
from consult.desk.views.preview import preview
from consult.desk.views.search import palette, results, start

app_name = "desk"
urlpatterns = [
    path("", home, name="home"),
    path("worklist/live/", live, name="live"),
    path("worklist/<uuid:pk>/preview/", preview, name="preview"),
    path("privacy/mine/", trail.mine, name="trail"),
    path("privacy/audit/", audit.search, name="audit"),
    path("privacy/audit/patient/", audit.find_patient, name="audit_find"),
    path("privacy/audit/file/", audit.take_out, name="audit_file"),
    path("privacy/patients/<uuid:patient_id>/", looked.show, name="looked"),
    path("privacy/patients/<uuid:patient_id>/print/", looked.printed, name="looked_print"),
    path("privacy/patients/<uuid:patient_id>/pdf/", looked.pdf, name="looked_pdf"),
    path("search/", start, name="search"),
    path("search/palette/", palette, name="palette"),
    path("search/<uuid:search_id>/", results, name="results"),
]
