"""The addresses of the room's API."""

from django.urls import path

from consult.reports.api.views import PdfView, PreviewView, ReportsView, ReportView, SignView, VersionView

urlpatterns = [
    path("reports", ReportsView.as_view(), name="api-reports"),
    path("reports/<uuid:report_id>", ReportView.as_view(), name="api-report"),
    path("reports/<uuid:report_id>/preview", PreviewView.as_view(), name="api-report-preview"),
    path("reports/<uuid:report_id>/sign", SignView.as_view(), name="api-report-sign"),
    path("reports/<uuid:report_id>/versions/<int:number>", VersionView.as_view(), name="api-report-version"),
    path("reports/<uuid:report_id>/versions/<int:number>/pdf", PdfView.as_view(), name="api-report-pdf"),
]
