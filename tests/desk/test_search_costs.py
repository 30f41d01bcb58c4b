"""What a search reads does not grow with the number of cases: ten times the data, at most half as many pages more."""

import dataclasses
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from cases.access import branches
from cases.finding import find_cases, find_patients, typed
from cases.models import Case, CaseGrant, Patient, PatientIdentifier, Share
from consult.reports.content import Section, canonical_json, content_hash
from consult.reports.finding import find_reports
from consult.reports.models import Report, ReportVersion
from consult.reports.models.report import Kind
from consult.requests.finding import find_requests
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import Actor
from core.ids import new_id
from core.search.keep import refresh
from tests.cast import World
from tests.databases import as_owner

pytestmark = [pytest.mark.commits, pytest.mark.ci]
SMALL, LARGE = 1_000, 10_000
GROWTH = 1.5
PAGE = 5
FINDERS: tuple[Callable[..., Any], ...] = (find_patients, find_cases, find_requests, find_reports)
# Every fifth patient is a Jansen, every fourth case a naevus; three are Quispel, however many there are.
TEXTS = (
    "jansen",
    "jan",
    "jansen pieter",
    "quispel",
    "naevus",
    "quokka",
    "lesion of the",
    "jansen naevus",
    "B-00",
    "nobody",
)


def fill(world: World, start: int, stop: int) -> None:
    """Cases number `start` to `stop`: half the asking laboratory's, half another's; a third shared with the expert."""
    chance = random.Random(start)
    now = clock.now()
    labs = [world.asker.lab(), world.stranger.lab()]
    patients, cases, numbers, shares, grants = [], [], [], [], []
    reports, versions, requests = [], [], []
    sample = world.request("accepted")
    own_report = sample.case.reports.get(kind=Kind.RECEIVED)
    tree = own_report.versions.get().tree
    names = (branches.VIEW_CASE, branches.VIEW_IDENTITY, branches.VIEW_FIRST_REPORT)
    seen, known, first = map(branches.permission_id, names)
    for place in range(start, stop):
        family = "Quispel" if place < 3 else "Jansen" if place % 5 == 0 else f"Name{chance.randrange(5_000)}"
        patient = Patient(
            organisation_id=labs[place % 2 if place >= 3 else 0],
            family_name=family,
            given_name=chance.choice(("Pieter", "Anna", "Eva", "Karel")),
            created_at=now - timedelta(minutes=place),
        )
        history = ["lesion of the", chance.choice(("arm", "leg", "back"))] + (["naevus"] if place % 4 == 0 else [])
        case = Case(
            organisation_id=patient.organisation_id,
            patient=patient,
            accession_number=f"B-{place:07}",
            organ_system="skin",
            history=" ".join(history + (["quokka"] if place < 3 else [])),
            received_at=now - timedelta(minutes=place),
            created_at=now,
        )
        patients.append(patient)
        cases.append(case)
        numbers.append(PatientIdentifier(patient=patient, system="LOCAL", value=f"B{place}"))
        if place % 3 == 0:
            share = Share(
                case=case,
                source_kind="test",
                source_id=case.pk,
                purpose="TREAT",
                valid_from=now - timedelta(days=1),
                valid_until=now + timedelta(days=9),
            )
            shares.append(share)
            if place % 2 == 0:
                report = _copy(own_report, case=case, created_at=now - timedelta(minutes=place))
                section = Section(code="diagnosis", heading="diagnosis", text=case.history)
                content = dataclasses.replace(tree, sections=(section,))
                version = ReportVersion(
                    report=report,
                    number=1,
                    content=canonical_json(content).decode(),
                    sha256=content_hash(content),
                    created_at=report.created_at,
                )
                request = _copy(sample, case=case, first_report=version, created_at=report.created_at, report=None)
                request.number, request.answering_accession_number = f"CB-{place}", f"CBA-{place}"
                request.as_sent = {**sample.as_sent, "patient": {**sample.as_sent["patient"], "family_name": family}}
                reports.append(report)
                versions.append(version)
                requests.append(request)
            for permission in (seen, known, first):
                grants.append(_grant(world.expert.who(), permission, case, share))
    made: list[tuple[Any, list[Any]]] = [
        (Patient, patients),
        (PatientIdentifier, numbers),
        (Case, cases),
        (Share, shares),
        (CaseGrant, grants),
        (Report, reports),
        (ReportVersion, versions),
        (ConsultRequest, requests),
    ]
    for model, rows in made:
        model.objects.bulk_create(rows, batch_size=2_000)
    refresh("patient", [patient.pk for patient in patients])
    refresh("case", [case.pk for case in cases])
    with as_owner() as owner:
        owner.execute("VACUUM ANALYZE")


def _copy(row: Any, **values: object) -> Any:
    """Another row like this one."""
    plain = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    made = type(row)(**{**plain, "id": new_id()})
    for name, value in values.items():
        setattr(made, name, value)
    return made


def _grant(person: UUID, permission: int, case: Case, share: Share) -> CaseGrant:
    return CaseGrant(
        user_id=person,
        permission_id=permission,
        content_object=case,
        share=share,
        valid_from=share.valid_from,
        valid_until=share.valid_until,
        purpose="TREAT",
        received_at=case.received_at,
        status=case.status,
        priority=case.priority,
        organ_system=case.organ_system,
    )


class Pages:
    """Counts the 8 kB pages that the statements of a block read."""

    def __init__(self) -> None:
        self.read = 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        with connection.execute_wrapper(self._explain):
            yield

    def _explain(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").startswith("SELECT"):
            with connection.connection.cursor() as cursor:
                cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql, params)
                (found,) = cursor.fetchone()
                plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
                self.read += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return execute(sql, params, many, context)


def _plan(*settings: str) -> None:
    with connection.cursor() as cursor:
        for each in settings:
            cursor.execute(each)


def read_by(actor: Actor, text: str) -> dict[str, int]:
    """Pages read by each finder, on the second time."""
    found = {}
    for finder in FINDERS:
        finder(actor, typed(text), size=PAGE)
        pages = Pages()
        with pages.counted():
            finder(actor, typed(text), size=PAGE)
        found[finder.__name__] = pages.read
    return found


def test_a_search_reads_as_much_in_ten_times_the_cases(world: World) -> None:
    people = {
        "home": world.asker,
        "granted": world.expert,
        "keeps the record": world.expert_colleague,
        "neither": world.clinician,
    }
    fill(world, 0, SMALL)
    # A table of a few pages is read whole, which says nothing of growth: at first by the indexes alone.
    _plan("SET enable_seqscan = off", "SET enable_hashjoin = off", "SET enable_mergejoin = off")
    small = {(who, text): read_by(actor, text) for who, actor in people.items() for text in TEXTS}
    _plan("RESET enable_seqscan", "RESET enable_hashjoin", "RESET enable_mergejoin")
    fill(world, SMALL, LARGE)
    large = {(who, text): read_by(actor, text) for who, actor in people.items() for text in TEXTS}
    grown = {
        (*key, finder): (small[key][finder], pages)
        for key, found in large.items()
        for finder, pages in found.items()
        if pages > GROWTH * small[key][finder]
    }
    assert grown == {}
