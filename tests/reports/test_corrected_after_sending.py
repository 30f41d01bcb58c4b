"""A patient who is corrected between the question and the signature: the signer is told and has to say so."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions.correct import correct_patient
from cases.actions.fields import IdentifierFields, PatientFields
from core.actor import Actor
from tests.cast import World
from tests.reports.pages import preview, sign, write

pytestmark = pytest.mark.usefixtures("own_cache")  # the limit on passwords counts there
SignIn = Callable[[Actor], Client]
TOLD = "The patient&#x27;s record was corrected after the request was sent."


def test_a_patient_corrected_after_sending_must_be_confirmed_before_signing(world: World, sign_in: SignIn) -> None:
    patient = world.case("accepted").patient
    correct_patient(
        actor=world.staff,
        patient_id=patient.pk,
        version=patient.version,
        fields=PatientFields(
            "Corrected",
            "Name",
            sex="F",
            birth=(1956, 11, 5),
            identifiers=[IdentifierFields("LOCAL", "north-accepted-1", verified=True)],
        ),
        reason="Misspelt",
    )
    report, expert = write(world), sign_in(world.expert)
    assert TOLD in expert.get(reverse("reports:preview", args=[report.pk])).content.decode()
    held = preview(expert, report)
    assert sign(expert, report, held).status_code == 422
    assert not report.versions.exists()
    assert sign(expert, report, held, confirmed=["patient_corrected"]).status_code == 302
