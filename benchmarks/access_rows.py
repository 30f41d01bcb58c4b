"""Which rows of which table the access benchmark's world has: one INSERT ... SELECT for each table.

A column that is not named here takes the default that the model gives it, so that a new one needs no change here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from psycopg import sql

from accounts.models import Absence, Agreement, Membership, Organisation, User
from benchmarks.access_sql import AS_SENT, ROLES
from cases.models import Block, Case, CaseGrant, Denial, Patient, PatientIdentifier, Share, ShareSlide, Slide, Specimen
from consult.reports.content import (
    AnsweringOrganisation,
    AskingOrganisation,
    Content,
    Requester,
    Section,
    canonical_json,
)
from consult.reports.content import Patient as Named
from consult.reports.models import Report, ReportVersion
from consult.requests.models import ConsultRequest, RequestSlide
from slides.models import SlideImage

NETWORK = "bench.fixed(9, 0)"
LONG_AGO = "'2020-01-01Z'::timestamptz"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table: an expression for each column by name, and what they are selected from."""

    model: type[models.Model]
    source: str
    columns: dict[str, str] = field(default_factory=dict)

    def insert(self) -> sql.Composed:
        """The statement."""
        values: dict[str, sql.Composable] = {name: sql.SQL(text) for name, text in self.columns.items()}
        for each in self.model._meta.concrete_fields:
            column = str(each.column)
            if column not in values and not each.null and not each.has_db_default():
                values[column] = sql.Literal(each.get_db_prep_save(each.get_default(), connection))
        return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
            sql.Identifier(self.model._meta.db_table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(values.values()),
            sql.SQL(self.source),
        )


def every_table(labs: int, people: int, cases: int) -> Iterator[Rows]:
    """In an order in which nothing refers to what comes later."""
    yield from _people(labs, people)
    yield from _cases(cases)
    yield from _requests()
    yield from _access(labs, cases)


def _people(labs: int, people: int) -> Iterator[Rows]:
    lab = {"name": "'Laboratory ' || l", "short_name": "'Lab ' || l", "country": "'NL'"}
    network = {"id": NETWORK, "kind": "'network'", "name": "'Network'", "short_name": "'Network'", "country": "'NL'"}
    yield Rows(Organisation, "(SELECT 1) AS one", network)
    yield Rows(
        Organisation, f"generate_series(0, {labs - 1}) AS l", {"id": "bench.lab(l)", "parent_id": NETWORK, **lab}
    )
    yield Rows(
        User,
        f"generate_series(0, {people - 1}) AS p",
        {
            "id": "bench.person(p)",
            "email": "'p' || p || '@bench.example'",
            "password": "'!'",
            "given_name": "bench.given(p)",
            "family_name": "bench.family(p)",
            "date_joined": LONG_AGO,
        },
    )
    roles = ", ".join(f"'{role}'" for role in ROLES)
    yield Rows(
        Membership,
        f"generate_series(0, {people - 1}) AS p",
        {
            "id": "bench.member(p)",
            "user_id": "bench.person(p)",
            "organisation_id": f"bench.lab(p % {labs})",
            "role": f"(ARRAY[{roles}])[1 + p / {labs} % 10]",
            "valid_from": LONG_AGO,
            "deputy_id": f"CASE WHEN p / {labs} % 10 < 6 THEN bench.member(bench.deputy(p)) END",
        },
    )
    yield Rows(
        Absence,
        f"generate_series(0, {people - 1}) AS p WHERE bench.away(p) IS NOT NULL",
        {
            "id": "bench.fixed(4, p)",
            "membership_id": "bench.member(p)",
            "valid_from": "lower(bench.away(p))",
            "valid_until": "upper(bench.away(p))",
        },
    )
    yield Rows(
        Agreement,
        "(SELECT 1) AS one",
        {
            "id": "bench.fixed(5, 0)",
            **dict.fromkeys(("asking_id", "answering_id", "proposed_for_id"), NETWORK),
            "is_mutual": "true",
            "work": "ARRAY['consultation']",
            "identity": "'identified'",
            "valid_from": LONG_AGO,
            "status": "'confirmed'",
        },
    )


def _cases(cases: int) -> Iterator[Rows]:
    every, even = f"generate_series(0, {cases - 1}) AS n", f"generate_series(0, {cases - 1}, 2) AS n"
    yield Rows(
        Patient,
        even,
        {
            "id": "bench.patient(n)",
            "organisation_id": "bench.lab(bench.lab_of(n))",
            "family_name": "bench.family(n)",
            "given_name": "bench.given(n)",
            "sex": "'F'",
            "birth_year": "1958",
            "birth_month": "4",
            "birth_day": "12",
            "created_at": "bench.received(n)",
        },
    )
    yield Rows(
        PatientIdentifier,
        even,
        {
            "id": "bench.key(bench.received(n), 12, n)",
            "patient_id": "bench.patient(n)",
            **dict.fromkeys(("system", "system_key"), "'LOCAL'"),
            **dict.fromkeys(("value", "value_key"), "'L' || n / 2"),
        },
    )
    yield Rows(
        Case,
        every,
        {
            "id": "bench.case_(n)",
            "organisation_id": "bench.lab(bench.lab_of(n))",
            "patient_id": "bench.patient(n)",
            "accession_number": "bench.accession(n)",
            "organ_system": "bench.organ(n)",
            "priority": "bench.priority(n, 3)",
            "history": "bench.history(n)",
            "status": "bench.status(n)",
            **dict.fromkeys(("received_at", "created_at"), "bench.received(n)"),
        },
    )
    part, block = "bench.key(bench.received(n), 13, n)", "bench.key(bench.received(n), 15, n)"
    yield Rows(Specimen, every, {"id": part, "case_id": "bench.case_(n)", "label": "'A'", "type": "'excision'"})
    yield Rows(Block, every, {"id": block, "specimen_id": part, "label": "'A1'"})
    yield Rows(
        Slide,
        f"{every}, generate_series(0, 2) AS k",
        {
            "id": "bench.slide(n, k)",
            "case_id": "bench.case_(n)",
            "specimen_id": part,
            "block_id": block,
            "label": "'A1-' || k",
            "stain": "'HE'",
        },
    )
    yield Rows(
        SlideImage,
        "(SELECT DISTINCT n, k FROM bench.plan, generate_series(0, slides - 1) AS k) AS shared",
        {
            "id": "bench.key(bench.received(n), 16, n * 3 + k)",
            "slide_id": "bench.slide(n, k)",
            "path": "n || '.svs'",
            "status": "'ready'",
            "content_version": "'1'",
            "sha256": "repeat('0', 64)",
            "linked_at": "bench.received(n)",
        },
    )


def _requests() -> Iterator[Rows]:
    report, number = "bench.key(created, 21, r)", "'CR-' || r"
    yield Rows(
        Report,
        "bench.plan WHERE is_answered ORDER BY created",
        {
            "id": report,
            "case_id": "case_id",
            "organisation_id": "bench.lab(answering)",
            "kind": "'consultation'",
            "accession_number": number,
            "language": "'en'",
            "author_id": "bench.person(expert)",
            "status": "'final'",
            "created_at": "sent + interval '1 day'",
        },
    )
    content = (
        "replace(replace(replace(replace(CASE WHEN is_hidden THEN {} ELSE {} END, '@diagnosis', bench.diagnosis(r)),"
    )
    content += " '@pseudonym', bench.pseudonym(id)), '@family', bench.family(n)), '@given', bench.given(n))"
    content = content.format(
        _content(Named(pseudonym="@pseudonym")), _content(Named(family_name="@family", given_names="@given"))
    )
    yield Rows(
        ReportVersion,
        f"(SELECT *, {content} AS content FROM bench.plan WHERE is_answered) AS written ORDER BY created",
        {
            "id": "bench.key(created, 23, r)",
            "report_id": report,
            "number": "1",
            "kind": "'original'",
            "content": "content",
            "sha256": "encode(sha256(convert_to(content, 'UTF8')), 'hex')",
            "created_at": "sent + interval '3 days'",
        },
    )
    later = {"accepted_at": ("is_taken_up", "1 day"), "answered_at": ("is_answered", "3 days")}
    later["ended_at"] = ("is_ended", "9 days")
    yield Rows(
        ConsultRequest,
        "bench.plan ORDER BY created",
        {
            "id": "id",
            "number": "'C-' || r",
            "case_id": "case_id",
            "asking_organisation_id": "bench.lab(lab)",
            "requester_id": "bench.member(requester)",
            "expert_id": "CASE WHEN is_sent OR r % 2 = 0 THEN bench.member(expert) END",
            "answering_organisation_id": "CASE WHEN is_taken_up THEN bench.lab(answering) END",
            "question": "bench.question(r)",
            "priority": "priority",
            "is_pseudonymised": "is_hidden",
            "is_touched": "false",
            "shares_first_report": "shares_report",
            "agreement_id": "CASE WHEN is_sent AND lab <> answering THEN bench.fixed(5, 0) END",
            "status": "status",
            "organ_system": "bench.organ(n)",
            "case_version": "1",
            "patient_version": "1",
            "as_sent": f"CASE WHEN is_sent THEN {AS_SENT} ELSE '{{}}' END",
            "report_id": f"CASE WHEN is_answered THEN {report} END",
            "answering_accession_number": f"CASE WHEN is_answered THEN {number} ELSE '' END",
            **dict.fromkeys(("created_at", "saved_at"), "created"),
            "sent_at": "CASE WHEN is_sent THEN sent END",
            "due_at": "CASE WHEN is_sent THEN sent + make_interval(days => "
            "CASE WHEN priority IN ('frozen', 'same_day', 'urgent') THEN 1 ELSE 5 END) END",
            **{name: f"CASE WHEN {is_so} THEN sent + interval '{by}' END" for name, (is_so, by) in later.items()},
            "use": "CASE WHEN status = 'closed' THEN 'adopted' ELSE '' END",
        },
    )
    yield Rows(
        RequestSlide,
        "bench.plan, generate_series(0, slides - 1) AS k ORDER BY created",
        {"id": "bench.key(created, 22, r * 3 + k)", "request_id": "id", "slide_id": "bench.slide(n, k)"},
    )


def _content(patient: Named) -> str:
    """The text of a version, with words to put in, as SQL."""
    lab = "Laboratory"
    content = Content(
        kind="consultation",
        language="en",
        title="Consultation report",
        asking=AskingOrganisation(name=lab),
        answering=AnsweringOrganisation(name=lab),
        patient=patient,
        requester=Requester(printed_name="Somebody"),
        sections=(Section(code="diagnosis", heading="Diagnosis", text="@diagnosis"),),
    )
    return "'" + canonical_json(content).decode() + "'"


def _access(labs: int, cases: int) -> Iterator[Rows]:
    yield Rows(
        Share,
        "bench.share ORDER BY starts",
        {
            "id": "id",
            "case_id": "case_id",
            "source_kind": "kind",
            "source_id": "request",
            "purpose": "'TREAT'",
            "organisation_id": f"bench.lab(person % {labs})",
            "valid_from": "starts",
            "valid_until": "ends",
            "ended_at": "ended",
            "shows_identity": "NOT is_hidden",
            "shows_first_report": "shares_report AND NOT is_hidden",
        },
    )
    kind = "CASE kind WHEN 'request' THEN 0 ELSE 1 END"
    yield Rows(
        ShareSlide,
        "bench.share, generate_series(0, slides - 1) AS k ORDER BY starts",
        {
            "id": f"bench.key(starts, 32, (r * 3 + k) * 2 + {kind})",
            "share_id": "id",
            "slide_id": "bench.slide(n, k)",
        },
    )
    codes = "(VALUES (0, 'view_case', true), (1, 'view_identity', false), (2, 'view_first_report', false))"
    shown = "(v.is_always OR NOT is_hidden AND (v.codename = 'view_identity' OR shares_report))"
    yield Rows(
        CaseGrant,
        f"bench.share AS s CROSS JOIN {codes} AS v(place, codename, is_always)"
        " JOIN auth_permission AS permission USING (codename)"
        f" JOIN django_content_type AS t ON t.id = permission.content_type_id AND t.model = 'case' WHERE {shown}"
        " ORDER BY starts",
        {
            "id": f"bench.key(starts, 33, (r * 3 + v.place) * 2 + {kind})",
            "user_id": "bench.person(person)",
            "permission_id": "permission.id",
            "content_object_id": "case_id",
            "share_id": "s.id",
            "valid_from": "starts",
            "valid_until": "ends",
            "revoked_at": "ended",
            "purpose": "'TREAT'",
            "received_at": "bench.received(n)",
            "status": "bench.status(n)",
            "priority": "bench.priority(n, 3)",
            "organ_system": "bench.organ(n)",
        },
    )
    # Some to whom the case is shared, and some of the owner laboratory; a third not yet in force or over.
    denied = f"""(SELECT n, person FROM bench.share WHERE ended IS NULL AND r % 400 < 2
      UNION SELECT n, bench.lab_of(n) + {labs} * 3 FROM generate_series(0, {cases - 1}) AS n WHERE n % 500 = 0) AS d"""
    columns: dict[str, Any] = {
        "id": "bench.key(bench.received(n), 40, n * 10000 + person)",
        "case_id": "bench.case_(n)",
        "user_id": "bench.person(person)",
        "kind": "'conflict'",
        "source_kind": "'bench'",
        "source_id": "bench.fixed(41, n)",
        "valid_from": "CASE WHEN n % 6 = 0 THEN bench.now() + interval '1 year' ELSE bench.received(n) END",
        "ended_at": "CASE WHEN n % 6 = 1 THEN bench.received(n) + interval '1 day' END",
    }
    yield Rows(Denial, denied, columns)
