"""The words of the legal basis: for what a case is shared, what a rule asks for, and what speaks against sharing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sharing(models.TextChoices):
    """For what a case is shared."""

    CONSULTATION = "consultation", _("Consultation")
    INTERPRETATION = "interpretation", _("Review or interpretation elsewhere")
    MDT = "mdt", _("MDT meeting")
    SAME_LAB = "same_lab", _("Second reading in the same laboratory")
    EARLIER = "earlier", _("Earlier images of the patient")


class Need(models.TextChoices):
    """What a rule asks for before a case is shared. Whoever sends states the treatment relationship by sending."""

    TREATMENT = "treatment", _("Treatment relationship")
    INFORMED = "informed", _("Patient informed")
    CONSENT = "consent", _("Consent of the patient")


class Against(models.TextChoices):
    """What speaks against sharing a case of one's patient."""

    CARE_UNIT = "care_unit", _("Block for other units of the own organisation")
    ORGANISATION = "organisation", _("Block for other organisations")
    ALL = "all", _("Block for everybody outside the laboratory")
    REFUSED = "refused", _("Consent refused, withdrawn or run out")
    PROTECTED = "protected", _("Protected identity")


REACHES = (Against.CARE_UNIT, Against.ORGANISATION, Against.ALL)


class Protection(models.TextChoices):
    """How a case of somebody with a protected identity may be shared."""

    PSEUDONYM = "pseudonym", _("Under a pseudonym only")
    CONFIRMED = "confirmed", _("After a named person has confirmed it")


class Told(models.TextChoices):
    """Who is told of an emergency access."""

    PRIVACY_OFFICER = "privacy_officer", _("The privacy officer of the laboratory")
    ADMINISTRATORS = "administrators", _("The administrators of the laboratory")
    PATIENT = "patient", _("The patient, by a letter that the laboratory owes")


class Kind(models.TextChoices):
    """What is recorded of a patient."""

    INFORMED = "informed", _("Patient informed")
    CONSENT = "consent", _("Consent given")
    REFUSAL = "refusal", _("Consent refused")
    BLOCK = "block", _("Block at the patient's wish")
    PROTECTED = "protected", _("Protected identity")
    CLEARED = "cleared", _("Sharing with a protected identity confirmed")


AGAINST = frozenset({Kind.BLOCK, Kind.REFUSAL, Kind.PROTECTED})  # what stands against sharing as long as it stands


class How(models.TextChoices):
    """How the patient said so, or was told."""

    ORAL = "oral", _("In conversation")
    WRITTEN = "written", _("In writing")
    ELECTRONIC = "electronic", _("Electronically")
    REPRESENTATIVE = "representative", _("By somebody who may decide for the patient")
