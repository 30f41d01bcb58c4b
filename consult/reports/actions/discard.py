"""Discard a draft that will not be signed, because its request ended."""

from django.db import transaction

from consult.reports.models import Report
from consult.reports.policy import parties
from consult.reports.states import REPORT
from core.actor import Actor, system
from core.workflow.engine import perform


def discard(*, actor: Actor, report: Report) -> None:
    """Take the draft out of work; its text stays with its author. `report` and its case are locked by the caller."""
    with transaction.atomic():
        acting = actor if "author" in parties(actor, report) else system("requests", actor.door, actor.request_id)
        perform(REPORT, report, "discard", actor=acting, parties=parties(acting, report), case=report.case_id)
