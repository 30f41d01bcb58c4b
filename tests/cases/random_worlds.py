"""Random worlds of cases, shares and denials, and an oracle: what a few lines of SQL say that somebody sees in them.

The oracle knows the reasons (shares with their windows and slides, denials, roles) and nothing of grants.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from hypothesis import strategies as st

from cases.access.pages import Filters, case_page
from cases.access.queries import may_see_slide, visible_among, visible_cases, visible_slides
from cases.hooks import BlockSpec, DenialSpec, ShareSpec
from cases.models import Case, CaseGrant, Patient, Slide, Specimen
from core.actor import Actor
from core.ids import new_id

START = datetime(2030, 1, 7, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
STATUSES, PRIORITIES, ORGANS = ("open", "closed"), ("routine", "urgent"), ("skin", "breast")
SHOWN = ("shows_identity", "shows_label", "shows_earlier", "shows_first_report")

# Numbers stand for laboratories, people, cases and slides; hours count from START.
hours = st.integers(-2, 4)
a_case = st.fixed_dictionaries(
    {
        "lab": st.integers(0, 1),
        "slides": st.integers(0, 3),
        "received": st.integers(0, 3),
        "status": st.sampled_from(STATUSES),
        "priority": st.sampled_from(PRIORITIES),
        "organ_system": st.sampled_from(ORGANS),
    }
)
a_share = st.fixed_dictionaries(
    {
        "case": st.integers(0, 4),
        "people": st.frozensets(st.integers(0, 3)),
        "window": st.tuples(hours, st.integers(1, 4)),
        "slides": st.frozensets(st.integers(0, 2)),
        "shown": st.frozensets(st.sampled_from(SHOWN)),
        "kind": st.sampled_from(("test", "urgent")),
        "reads_for": st.sampled_from((None, 0, 1)),
    }
)
a_denial = st.fixed_dictionaries({"case": st.integers(0, 4), "person": st.integers(0, 3), "hour": hours})
a_block = st.fixed_dictionaries(
    {
        "case": st.integers(0, 4),
        "yields": st.booleans(),
        "only": st.sampled_from((None, 0, 1)),
        "spares": st.sampled_from((None, 0, 1)),
        "spares_pseudonym": st.booleans(),
        "begins": st.one_of(st.none(), hours),
    }
)
a_world = st.fixed_dictionaries(
    {
        "cases": st.lists(a_case, min_size=1, max_size=5),
        "shares": st.lists(a_share, max_size=6),
        "denials": st.lists(a_denial, max_size=3),
        "blocks": st.lists(a_block, max_size=2),
    }
)


Drawn = dict[str, list[dict[str, Any]]]


@dataclass
class Made:
    """A random world in the database, and the reasons for and against access in it."""

    actors: list[Actor]
    cases: list[Case] = field(default_factory=list)
    slides: dict[UUID, list[UUID]] = field(default_factory=dict)
    shares: list[ShareSpec] = field(default_factory=list)
    denials: list[DenialSpec] = field(default_factory=list)
    blocks: list[BlockSpec] = field(default_factory=list)

    def ids(self) -> list[UUID]:
        return [case.pk for case in self.cases]

    def every_slide(self) -> set[UUID]:
        return {slide for several in self.slides.values() for slide in several}


def make(actors: list[Actor], drawn: Drawn) -> Made:
    """Insert the cases and state the reasons; grants are made by `reconcile` alone."""
    world = Made(actors)
    labs = [actors[0].lab(), actors[2].lab()]
    patients = [Patient.objects.create(organisation_id=lab, family_name="Demo", created_at=START) for lab in labs]
    for number, each in enumerate(drawn["cases"]):
        case = Case.objects.create(
            organisation_id=labs[each["lab"]],
            patient=patients[each["lab"]],
            accession_number=f"R-{number}",
            received_at=START - each["received"] * HOUR,
            created_at=START,
            **{name: each[name] for name in ("status", "priority", "organ_system")},
        )
        part = Specimen.objects.create(case=case, label="A", type="excision")
        slides = [
            Slide.objects.create(case=case, specimen=part, label=str(n), stain="HE") for n in range(each["slides"])
        ]
        world.cases.append(case)
        world.slides[case.pk] = [slide.pk for slide in slides]
    for each in drawn["shares"]:
        if each["case"] < len(world.cases):
            world.shares.append(_share(world, each))
    for each in drawn["denials"]:
        if each["case"] < len(world.cases):
            who = actors[each["person"]].who()
            world.denials.append(
                DenialSpec(world.cases[each["case"]].pk, who, "conflict", "test", new_id(), START + each["hour"] * HOUR)
            )
    for each in drawn.get("blocks", ()):
        if each["case"] < len(world.cases):
            lets_through = frozenset({"urgent"}) if each["yields"] else frozenset[str]()
            only, spares, begins = each["only"], each["spares"], each["begins"]
            world.blocks.append(
                BlockSpec(
                    world.cases[each["case"]].pk,
                    "no.",
                    lets_through,
                    only=None if only is None else frozenset({labs[only]}),
                    spares=frozenset() if spares is None else frozenset({labs[spares]}),
                    spares_pseudonym=each["spares_pseudonym"],
                    begins=None if begins is None else START + begins * HOUR,
                )
            )
    return world


def _share(world: Made, drawn: dict[str, Any]) -> ShareSpec:
    case = world.cases[drawn["case"]]
    start, length = drawn["window"]
    slides, reads_for = world.slides[case.pk], drawn.get("reads_for")
    return ShareSpec(
        case=case.pk,
        source_kind=drawn.get("kind", "test"),
        source_id=new_id(),
        purpose="TREAT",
        valid_from=START + start * HOUR,
        valid_until=START + (start + length) * HOUR,
        people=frozenset(world.actors[who].person for who in drawn["people"]),
        slides=frozenset(slides[n] for n in drawn["slides"] if n < len(slides)),
        organisation=None if reads_for is None else world.actors[2 * reads_for].lab(),
        shows_identity="shows_identity" in drawn["shown"],
        shows_label="shows_label" in drawn["shown"],
        shows_earlier="shows_earlier" in drawn["shown"],
        shows_first_report="shows_first_report" in drawn["shown"],
    )


ORACLE = """
WITH stated AS (SELECT * FROM jsonb_to_recordset(%(shares)s)
       AS s("case" uuid, kind text, people uuid[], slides uuid[], starts timestamptz, ends timestamptz, reads_for uuid,
       hidden boolean)),
     block AS (SELECT * FROM jsonb_to_recordset(%(blocks)s) AS b("case" uuid, lets_urgent_through boolean,
       only_for uuid, spared uuid, lets_hidden_through boolean, begins timestamptz)),
     share AS (SELECT * FROM stated s WHERE NOT EXISTS (SELECT FROM block b WHERE b."case" = s."case"
       AND NOT (s.kind = 'urgent' AND b.lets_urgent_through) AND NOT (s.hidden AND b.lets_hidden_through)
       AND (s.reads_for IS NULL OR (b.spared IS NULL OR b.spared <> s.reads_for)
         AND (b.only_for IS NULL OR b.only_for = s.reads_for))
       AND coalesce(b.begins, '-infinity') <= core_now())),
     denial AS (SELECT * FROM jsonb_to_recordset(%(denials)s) AS d("case" uuid, person uuid, starts timestamptz)),
     open AS (SELECT * FROM share WHERE %(person)s::uuid = ANY(people)
       AND starts <= core_now() AND core_now() < ends),
     mine AS (SELECT id FROM cases_case WHERE organisation_id = %(lab)s
       AND %(role)s IN ('pathologist', 'trainee', 'lab_staff', 'secretary')),
     barred AS (SELECT "case" FROM denial WHERE person = %(person)s AND starts <= core_now())
"""
CASES = """SELECT id FROM cases_case
WHERE id IN (SELECT id FROM mine UNION SELECT "case" FROM open) AND id NOT IN (SELECT "case" FROM barred)"""
SLIDES = """SELECT s.id FROM cases_slide s
WHERE s.case_id NOT IN (SELECT "case" FROM barred)
  AND (s.case_id IN (SELECT id FROM mine) OR s.id IN (SELECT unnest(slides) FROM open WHERE "case" = s.case_id))"""


def oracle(world: Made, actor: Actor, question: str) -> set[UUID]:
    """What this actor may see now, from the reasons."""
    shares = [
        {
            "case": str(each.case),
            "kind": each.source_kind,
            "people": [str(who) for who in each.people],
            "slides": [str(slide) for slide in each.slides],
            "starts": each.valid_from.isoformat(),
            "ends": each.valid_until.isoformat(),
            "reads_for": str(each.organisation) if each.organisation else None,
            "hidden": not each.shows_identity,
        }
        for each in world.shares
    ]
    denials = [
        {"case": str(each.case), "person": str(each.user), "starts": each.valid_from.isoformat()}
        for each in world.denials
    ]
    blocks = [
        {
            "case": str(each.case),
            "lets_urgent_through": bool(each.yields_to),
            "only_for": next((str(lab) for lab in each.only), None) if each.only else None,
            "spared": next((str(lab) for lab in each.spares), None),
            "lets_hidden_through": each.spares_pseudonym,
            "begins": each.begins.isoformat() if each.begins else None,
        }
        for each in world.blocks
    ]
    arguments = {
        "blocks": json.dumps(blocks),
        "shares": json.dumps(shares),
        "denials": json.dumps(denials),
        "person": actor.person,
        "lab": actor.organisation,
        "role": actor.role,
    }
    with connection.cursor() as cursor:
        cursor.execute(ORACLE + question, arguments)
        return {row[0] for row in cursor.fetchall()} & ({*world.ids()} | world.every_slide())


def all_pages(actor: Actor, filters: Filters | None = None, size: int = 2) -> list[UUID]:
    """Every page of the list, one after the other."""
    found: list[UUID] = []
    after = None
    while True:
        page = case_page(actor, filters, after, size)
        found += [case.pk for case in page.cases]
        if page.after is None:
            return found
        assert page.after != after, "the next page is the same again"
        after = page.after


def moments(world: Made) -> list[datetime]:
    """Now, and the second before, at and after every edge that is still to come."""
    edges = {edge for each in world.shares for edge in (each.valid_from, each.valid_until)}
    edges |= {each.valid_from for each in world.denials}
    edges |= {each.begins for each in world.blocks if each.begins}
    found = {START} | {edge + step for edge in edges for step in (-SECOND, timedelta(0), SECOND)}
    return sorted(moment for moment in found if moment >= START)


def check(world: Made) -> None:
    """List, object check, slides and oracle agree for everybody at this moment."""
    ids = set(world.ids())
    for actor in world.actors:
        expected = oracle(world, actor, CASES)
        assert set(visible_cases(actor).filter(pk__in=ids).values_list("pk", flat=True)) == expected
        assert set(visible_among(actor, ids).values_list("pk", flat=True)) == expected
        listed = [key for key in all_pages(actor) if key in ids]
        assert len(listed) == len(set(listed))
        assert set(listed) == expected
        order = {case.pk: (case.received_at, case.pk) for case in world.cases}
        assert listed == sorted(listed, key=order.__getitem__, reverse=True)
        slides = oracle(world, actor, SLIDES)
        known = world.every_slide()
        assert set(visible_slides(actor).filter(pk__in=known).values_list("pk", flat=True)) == slides
        for slide in known:
            assert may_see_slide(actor, slide) == (slide in slides)


def expected_grants(world: Made) -> set[tuple[UUID, str, UUID]]:
    """(person, codename, source) of every grant that should stand after reconciling at START."""
    codes = {
        "shows_identity": "view_identity",
        "shows_label": "view_label",
        "shows_earlier": "view_earlier",
        "shows_first_report": "view_first_report",
    }
    return {
        (person, code, each.source_id)
        for each in world.shares
        if min([each.valid_until, *cuts(world, each)]) > START
        and all(cut > each.valid_from for cut in cuts(world, each))
        for person in each.people
        for code in ["view_case", *(codes[name] for name in SHOWN if getattr(each, name))]
    }


def cuts(world: Made, share: ShareSpec) -> list[datetime]:
    """From when on each block of its case that concerns it holds this share."""
    early = START - 100 * HOUR
    return [
        block.begins or early
        for block in world.blocks
        if block.case == share.case
        and share.source_kind not in block.yields_to
        and (share.shows_identity or not block.spares_pseudonym)
        and (
            share.organisation is None
            or (share.organisation not in block.spares and (block.only is None or share.organisation in block.only))
        )
    ]


def standing_grants(world: Made) -> set[tuple[UUID, str, UUID]]:
    rows = CaseGrant.objects.filter(content_object__in=world.ids(), revoked_at__isnull=True)
    return set(rows.values_list("user", "permission__codename", "share__source_id"))
