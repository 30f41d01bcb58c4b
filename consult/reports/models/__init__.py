"""Reports, their versions, signatures and documents."""

from consult.reports.models.document import ReportDocument
from consult.reports.models.report import Report
from consult.reports.models.signature import Signature
from consult.reports.models.version import ReportVersion

__all__ = ["Report", "ReportDocument", "ReportVersion", "Signature"]
