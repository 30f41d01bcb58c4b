"""What the reports room does after a signature: render the document once, store it by its hash."""

import hashlib

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from consult.reports.document.render import SignatureView, render_pdf
from consult.reports.models import Report, ReportDocument, ReportVersion, Signature
from consult.reports.states import PDF
from core import clock, terms
from core.jobs.hooks import effect
from core.jobs.models import Job


@effect(PDF, inside=True, label=_("Making a report's PDF"), about="report")
def render(job: Job) -> None:
    """Make the PDF of every signed version of the report that has none yet."""
    report = Report.objects.select_related("organisation").get(pk=job.subject)
    for version in report.versions.filter(document__isnull=True).prefetch_related("signatures"):
        store(report, version)


def store(report: Report, version: ReportVersion) -> ReportDocument:
    """Render and store one version's document."""
    content = version.tree
    views = [signature_view(signature, content.language) for signature in version.signatures.all()]
    pdf = render_pdf(content, views, time_zone=report.organisation.time_zone, demo=settings.DEMO)
    digest = hashlib.sha256(pdf).hexdigest()
    name = f"documents/{digest[:2]}/{digest}.pdf"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(pdf))
    return ReportDocument.objects.create(
        version=version, sha256=digest, name=name, size=len(pdf), created_at=clock.now()
    )


def signature_view(signature: Signature, language: str) -> SignatureView:
    """A signature in the words of a language, for paper and screen alike."""
    with translation.override(language):
        return SignatureView(
            printed_name=signature.printed_name,
            registration_number=signature.registration_number,
            registration_body=signature.registration_body,
            role_label=signature.role_label,
            meaning_label=terms.label("signature_meanings", signature.meaning),
            signed_at=signature.signed_at,
            method_label=str(signature.get_method_display()),
        )
