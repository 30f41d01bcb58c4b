"""The pages and the API of the legal basis: what they say, what they record, and that nothing typed is lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.basis.kinds import Against, Kind
from cases.basis.models import LegalFact, LegalRule, RuleConfirmation
from cases.basis.rules import rule_for
from core.actor import Actor
from tests.access.exceptions import of_own_rule
from tests.basis.helping import move, note, sees
from tests.cast import World

SignIn = Callable[[Actor], Client]
SEEN = {"seen_case": 1, "seen_patient": 1}
DAY = {"on_day_day": "5", "on_day_month": "1", "on_day_year": "2026"}
TYPED = {**SEEN, **DAY, "concerns": "case", "by_whom": "Dr Clinician", "how": "oral"}


def test_a_consent_is_recorded_and_withdrawn_on_its_pages(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.staff), world.case("accepted")
    address = reverse("basis:record", args=[case.pk, "consent"])
    wrong = client.post(address, TYPED | {"how": "", "by_whom": "Dr Kept"})
    assert wrong.status_code == 422 and "Dr Kept" in wrong.content.decode()
    assert client.post(address, TYPED)["Location"] == reverse("basis:case", args=[case.pk])
    fact = LegalFact.objects.get()
    assert (fact.kind, fact.by_whom, str(fact.on_day)) == ("consent", "Dr Clinician", "2026-01-05")
    page = client.get(reverse("basis:case", args=[case.pk])).content.decode()
    assert "Consent given" in page and "05 Jan 2026" in page
    away = reverse("basis:end", args=[case.pk, fact.pk, "withdraw"])
    stale = client.post(away, SEEN | {"version": 9, "reason": "Changed their mind"})
    assert stale.status_code == 409 and "Changed their mind" in stale.content.decode()
    assert client.post(away, SEEN | {"version": 1, "reason": "Changed their mind"}).status_code == 302
    assert client.get(away).status_code == 409 and not sees(world.expert, world)


def test_a_block_says_whose_access_ends(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.staff), world.case("accepted")
    address = reverse("basis:record", args=[case.pk, "block"])
    page = client.get(address).content.decode()
    assert "North Expert" in page and "Block for other units" not in page, "no such block in the Netherlands"
    named = {"reach": "organisation", "organisations": str(world.expert.organisation)}
    assert client.post(address, TYPED | named).status_code == 302
    assert not sees(world.expert, world)
    assert "Block for other organisations" in client.get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert b"North answering laboratory" in client.get(reverse("basis:case", args=[case.pk])).content


def test_the_case_and_its_draft_lead_to_the_legal_basis_of_the_case(world: World, sign_in: SignIn) -> None:
    case, request = world.case("draft"), world.request("draft")
    link = f'href="{reverse("basis:case", args=[case.pk])}"'
    own = reverse("cases:detail", args=[case.pk])
    draft = [reverse(f"requests:{each}", args=[request.pk]) for each in ("edit", "readiness", "check")]
    client = sign_in(world.asker)
    for page in (own, *draft):
        assert link in client.get(page).content.decode(), page
    nothing = client.get(own).content.decode()
    assert "Nothing is recorded for this patient." in nothing and "speaks against sharing" not in nothing
    note(world, Kind.CONSENT, "draft")
    note(world, Kind.BLOCK, "draft", reach=Against.ALL)
    page = client.get(own).content.decode()
    assert "Consent of the patient" in page and page.count("Block for everybody outside the laboratory") == 2


def test_who_reads_a_shared_case_is_led_to_no_legal_basis(world: World, sign_in: SignIn) -> None:
    note(world, Kind.CONSENT)
    page = sign_in(world.expert).get(reverse("cases:detail", args=[world.case("accepted").pk]))
    assert page.status_code == 200
    assert "legal-basis" not in page.content.decode() and "Consent of the patient" not in page.content.decode()


def test_a_later_state_of_the_patient_is_a_conflict(world: World, sign_in: SignIn) -> None:
    address = reverse("basis:record", args=[world.case("accepted").pk, "refusal"])
    answer = sign_in(world.staff).post(address, TYPED | {"seen_patient": 7})
    assert answer.status_code == 409 and "Dr Clinician" in answer.content.decode()
    assert not LegalFact.objects.exists()


def test_who_can_see_the_case_says_rule_source_and_that_nobody_confirmed_it(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.staff).get(reverse("cases:access", args=[world.case("accepted").pk])).content.decode()
    assert "NL, version 1" in page and "7:457" in page and "Not confirmed locally" in page


def test_why_one_cannot_see_it_says_nothing_of_what_is_recorded(world: World, sign_in: SignIn) -> None:
    client, case = sign_in(world.expert), world.case("accepted")
    nothing = client.get(reverse("cases:why", args=["00000000-0000-7000-8000-000000000000"])).content.decode()
    note(world, Kind.BLOCK, reach=Against.ALL)
    page = client.get(reverse("cases:why", args=[case.pk])).content.decode()
    words = ("blocked", "consent", "protected", "legal basis")
    assert not any(word in page.lower() and word not in nothing.lower() for word in words)


def test_the_rule_is_confirmed_and_another_stated_on_their_page(world: World, sign_in: SignIn) -> None:
    client, rule = sign_in(world.admin), rule_for(world.admin.lab()).rule
    assert rule is not None
    page = client.get(reverse("basis:rules")).content.decode()
    assert "Not confirmed locally" in page and "Shipped: confirm locally" in page and "Wabvpz" in page
    client.post(reverse("basis:confirm"), {"known": str(rule.pk)})
    assert RuleConfirmation.objects.get().rule == rule
    assert "Confirmed for North asking laboratory" in client.get(reverse("basis:rules")).content.decode()
    typed = {
        "known": str(rule.pk),
        "needs_consultation": ["informed", "consent"],
        "blocks": ["all"],
        "protection": "pseudonym",
        "overrides": ["all"],
        "told": ["privacy_officer"],
        "as_of_day": "5",
        "as_of_month": "1",
        "as_of_year": "2026",
        "source": "Policy 7",
        "reason": "",
    }
    wrong = client.post(reverse("basis:state"), typed)
    assert wrong.status_code == 422 and "Policy 7" in wrong.content.decode()
    assert client.post(reverse("basis:state"), typed | {"reason": "The board"})["Location"] == reverse("basis:rules")
    made = LegalRule.objects.get(organisation=world.admin.organisation)
    assert made.conditions["needs"]["consultation"] == ["treatment", "informed", "consent"]
    lost = client.post(reverse("basis:state"), typed | {"reason": "Once more"})
    assert lost.status_code == 409 and "Once more" in lost.content.decode()
    assert client.post(reverse("basis:confirm"), {"known": str(rule.pk)}, follow=True).status_code == 200


def test_the_own_rule_is_dropped_on_its_page_and_over_the_api(world: World, sign_in: SignIn) -> None:
    client, drop = sign_in(world.admin), reverse("basis:drop")
    assert drop not in client.get(reverse("basis:rules")).content.decode()
    assert client.get(drop)["Location"] == reverse("basis:rules")
    of_own_rule(world)
    own = rule_for(world.admin.lab()).rule
    assert own is not None and drop in client.get(reverse("basis:rules")).content.decode()
    page = client.get(drop).content.decode()
    assert "The rule that holds then" in page and "NL, version 1" in page
    assert client.post(drop, {"known": str(own.pk), "reason": ""}).status_code == 422
    lost = client.post(drop, {"known": str(world.asker.organisation), "reason": "A reason worth keeping"})
    assert lost.status_code == 409 and "A reason worth keeping" in lost.content.decode()
    done = client.post(drop, {"known": str(own.pk), "reason": "The board"}, follow=True).content.decode()
    assert "Your own rule no longer holds." in done and rule_for(world.admin.lab()).name == "NL, version 1"
    of_own_rule(world)
    again = rule_for(world.admin.lab()).rule
    assert again is not None
    body = json.dumps({"known": str(again.pk), "reason": "The board"})
    address, key = reverse("api-legal-rule-drop"), {"Idempotency-Key": "drop-0001"}
    answer = client.post(address, body, "application/json", headers=key)
    assert (answer.status_code, answer.json()["place"]) == (200, "NL")
    late = client.post(address, body, "application/json", headers={"Idempotency-Key": "drop-0002"})
    assert late.status_code == 409


def test_the_privacy_officer_reads_the_rules_and_sets_none(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.officer)
    page = client.get(reverse("basis:rules")).content.decode()
    assert "NL, version 1" in page and reverse("basis:state") not in page
    assert client.get(reverse("basis:state")).status_code == 403


@pytest.mark.parametrize("who", ["admin", "officer"])
def test_the_admin_site_shows_what_is_not_confirmed(world: World, sign_in: SignIn, who: str) -> None:
    answer = sign_in(world.people[who]).get(reverse("admin:basis_legalrule_changelist"), follow=True)
    if who == "admin":
        assert b"NL, version 1" in answer.content and b"icon-no" in answer.content
        assert b"SE, version 1" not in answer.content


def test_a_refused_emergency_shows_the_rule_of_the_laboratory_and_nothing_of_the_case(
    world: World, sign_in: SignIn
) -> None:
    from tests.emergency.helping import by_number

    note(world, Kind.PROTECTED, "sent")
    client, address = sign_in(world.stranger), reverse("emergency:open")
    refused = client.post(address, by_number(world))
    absent = client.post(address, by_number(world) | {"accession_number": "N-not-there"})
    assert refused.status_code == absent.status_code == 404
    for answer in (refused, absent):
        page = answer.content.decode()
        assert "NL, version 1" in page and "What emergency access overrides" in page
    assert "rotected identity" not in refused.content.decode()


def test_the_api_offers_what_the_pages_do(world: World, sign_in: SignIn) -> None:
    move(world, "SE")
    client, case = sign_in(world.staff), world.case("draft")
    tag = f'"{case.version}.{case.identity_version}.{case.patient.version}"'

    def post(client: Client, address: str, body: object, key: str) -> tuple[int, Any]:
        answer = client.post(
            address, json.dumps(body), "application/json", headers={"If-Match": tag, "Idempotency-Key": key}
        )
        return answer.status_code, answer.json()

    body = {"kind": "consent", "on_day": "2026-01-05", "by_whom": "Dr Clinician", "how": "written", "all_cases": True}
    status, made = post(client, reverse("api-legal-basis", args=[case.pk]), body, "consent-0001")
    assert status == 201 and made["status"] == "stands" and made["case"] is None
    shown = client.get(reverse("api-legal-basis", args=[case.pk])).json()
    assert shown["rule"]["place"] == "SE" and [each["id"] for each in shown["records"]] == [made["id"]]
    end = reverse("api-legal-basis-end", args=[case.pk, made["id"]])
    ended = post(client, end, {"version": 1, "how": "withdraw", "reason": "Says no"}, "withdraw-0001")
    assert ended[0] == 200 and ended[1]["status"] == "withdrawn"
    admin = sign_in(world.admin)
    rule = admin.get(reverse("api-legal-rules")).json()
    assert rule["confirmed_by"] == "" and rule["shipped"] and "2022:913" in rule["sources"]["needs"]
    confirmed = post(admin, reverse("api-legal-rule-confirm"), {"known": rule["id"]}, "confirm-0001")
    assert confirmed[1]["confirmed_by"] == world.admin.name
    stricter = {"known": rule["id"], "law": "Policy 7", "reason": "The board", "as_of": "2026-01-05"}
    stated = post(
        admin,
        reverse("api-legal-rules"),
        stricter | {"conditions": rule["conditions"] | {"overrides": []}},
        "state-001",
    )
    assert stated[0] == 201 and stated[1]["conditions"]["overrides"] == []
    del rule["conditions"]["needs"]["mdt"]
    wrong = post(admin, reverse("api-legal-rules"), stricter | {"conditions": rule["conditions"]}, "state-002")
    assert wrong[0] == 422
