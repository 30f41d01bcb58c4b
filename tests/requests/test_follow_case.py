"""A request's columns for the lists follow its case, whoever writes to the case, past the actions too."""

from django.db.models import F

from cases.access.view import case_view
from cases.models import Case, Patient
from consult.requests.models import ConsultRequest
from consult.requests.record import history_digest
from consult.requests.since_sent import perhaps_different, since_sent
from tests.cast import World
from tests.requests.blind import NAME, STATE, accepted, drafted, name_the_patient, sent


def touched(request: ConsultRequest) -> bool:
    return perhaps_different(ConsultRequest.objects.filter(pk=request.pk)).exists()


def test_every_request_has_the_organ_of_its_case_and_none_is_touched(world: World) -> None:
    assert not ConsultRequest.objects.exclude(organ_system=F("case__organ_system")).exists()
    assert not perhaps_different(ConsultRequest.objects.all()).exists()


def test_another_organ_of_the_case_is_the_requests_too(world: World) -> None:
    request = world.request("accepted")
    Case.objects.filter(pk=request.case_id).update(organ_system="thoracic")
    request.refresh_from_db()
    assert request.organ_system == "thoracic"


def test_a_new_request_gets_the_organ_whatever_it_says(world: World) -> None:
    request = world.request("sent")
    ConsultRequest.objects.filter(pk=request.pk).update(organ_system="neuro", is_touched=True)
    request.refresh_from_db()
    assert (request.organ_system, request.is_touched) == (request.case.organ_system, False)


def test_whatever_identifies_the_patient_or_says_the_history_touches(world: World) -> None:
    request = world.request("accepted")
    case, patient = Case.objects.filter(pk=request.case_id), Patient.objects.filter(pk=request.case.patient_id)
    before = request.case.history
    for rows, field, value, back in (
        (case, "identity_version", F("identity_version") + 1, F("identity_version") - 1),
        (patient, "version", F("version") + 1, F("version") - 1),
        (case, "history", "Something else.", before),
    ):
        rows.update(**{field: value})
        assert touched(request), field
        rows.update(**{field: back})
        assert not touched(request), field


def test_what_is_taken_anew_is_touched_no_longer(world: World) -> None:
    request = world.request("accepted")
    Case.objects.filter(pk=request.case_id).update(history="Something else.")
    assert touched(request)
    request.refresh_from_db()
    words = "Something else."
    request.as_sent = {**request.as_sent, "history": words, "history_digest": history_digest(request, words)}
    request.save(update_fields=["as_sent"])
    assert not touched(request)


def test_what_was_sent_before_there_were_digests_is_compared_by_its_words(world: World) -> None:
    request = world.request("accepted")
    request.as_sent = {name: value for name, value in request.as_sent.items() if name != "history_digest"}
    request.save(update_fields=["as_sent"])
    assert not touched(request)
    Case.objects.filter(pk=request.case_id).update(history="Something else.")
    assert touched(request)


def test_clinical_details_that_name_the_patient_touch_no_request_under_a_pseudonym(world: World) -> None:
    name_the_patient(world)
    Case.objects.filter(pk=world.case(STATE).pk).update(history=f"{NAME}: a lesion.")
    request = accepted(world, sent(world, drafted(world)))
    assert NAME not in str(request.as_sent) and not touched(request)
    for who in (world.asker, world.expert):
        assert since_sent(request, case_view(who, request.case)) == ()
    Case.objects.filter(pk=request.case_id).update(history=f"{NAME}: a lesion that grows.")
    assert touched(request)
    request = ConsultRequest.objects.select_related("case__patient").get(pk=request.pk)
    for who in (world.asker, world.expert):
        assert [each.kind for each in since_sent(request, case_view(who, request.case))] == ["history_edited"]
