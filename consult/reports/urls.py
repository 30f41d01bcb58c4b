"""The addresses of the reports room."""

from django.urls import URLPattern, path

from consult.reports.views import download, read, receive, sign, write

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("<uuid:report_id>/", read.detail, name="detail"),
    path("<uuid:report_id>/edit/", write.edit, name="edit"),
    path("<uuid:report_id>/preview/", sign.preview, name="preview"),
    path("<uuid:report_id>/sign/", sign.sign, name="sign"),
    path("<uuid:report_id>/versions/<int:number>/document/", read.document, name="document"),
    path("<uuid:report_id>/versions/<int:number>/pdf/", download.pdf, name="pdf"),
    path("receive/<uuid:case_id>/", receive.receive, name="receive"),
]
