"""Patients, cases and their material; shares, grants and denials."""

from cases.models.case import Case
from cases.models.denial import Denial
from cases.models.grant import CaseGrant, GrantEvent
from cases.models.material import Block, Slide, Specimen
from cases.models.patient import Patient, PatientIdentifier
from cases.models.share import Share, ShareSlide

__all__ = [
    "Block",
    "Case",
    "CaseGrant",
    "Denial",
    "GrantEvent",
    "Patient",
    "PatientIdentifier",
    "Share",
    "ShareSlide",
    "Slide",
    "Specimen",
]
