"""The words for the codes that an actor brings along: by which door, for which purpose."""

from django.utils.translation import gettext_lazy as _

from core.actor import Door, Purpose

DOORS = [
    (Door.WEB.value, _("Pages")),
    (Door.API.value, _("API")),
    (Door.ADMIN.value, _("Admin site")),
    (Door.TILES.value, _("Tile server")),
    (Door.JOB.value, _("Job")),
    (Door.COMMAND.value, _("Command line")),
]
PURPOSES = [
    (Purpose.TREATMENT.value, _("Treatment")),
    (Purpose.EMERGENCY.value, _("Emergency treatment")),
    (Purpose.OPERATIONS.value, _("Running the laboratory")),
    (Purpose.SYSTEM.value, _("Running the system")),
    (Purpose.COMPLIANCE.value, _("Supervising access")),
    (Purpose.PATIENT.value, _("At the patient's request")),
]
