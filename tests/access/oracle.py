"""What a person or a machine may know, in SQL from the design (section 3): it knows none of the project's queries.

At home: the role of the acting membership, in the case's laboratory. By a share: a grant that stands, inside its own
and its share's window; slides only where the share names them; who the patient is only with a grant for that. A denial
beats both, of the case: the patients of the own register stay. Three records outlive a share, each in its own place
(`place_of`): that of a consultation, with who asked, who was asked, by role the laboratory that asked and the one that
accepted, and, of a draft, that it was about this case, with whoever wrote it; that of an emergency, with its caller
and, by accession number, with whoever reviews it; and the audit, with the privacy officer of the laboratory whose case
it is.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from core.actor import Actor

OPEN = """
WITH person AS (SELECT id FROM accounts_user WHERE id = %(person)s AND is_active),
     acting AS (SELECT m.id, m.organisation_id, m.role FROM accounts_membership m JOIN person p ON p.id = m.user_id
       JOIN accounts_organisation o ON o.id = m.organisation_id AND o.is_active
       WHERE m.valid_from <= core_now() AND (m.valid_until IS NULL OR m.valid_until > core_now())
       ORDER BY m.id = %(membership)s DESC, m.valid_from, m.id LIMIT 1),
     token AS (SELECT t.organisation_id FROM accounts_machinetoken t
       JOIN accounts_organisation o ON o.id = t.organisation_id AND o.is_active
       WHERE t.id = %(machine)s AND t.withdrawn_at IS NULL AND t.expires_at > core_now()
         AND 'cases:read' = ANY (t.scopes)),
     lab AS (SELECT organisation_id AS id FROM acting WHERE role IN ('pathologist', 'trainee', 'lab_staff', 'secretary')
       UNION ALL SELECT organisation_id FROM token),
     home AS (SELECT c.id FROM cases_case c JOIN lab ON lab.id = c.organisation_id),
     shared AS (SELECT s.id AS share, g.content_object_id AS "case", p.codename FROM cases_casegrant g
       JOIN person ON person.id = g.user_id
       JOIN auth_permission p ON p.id = g.permission_id
       JOIN cases_share s ON s.id = g.share_id AND s.case_id = g.content_object_id AND s.ended_at IS NULL
       WHERE g.revoked_at IS NULL
         AND greatest(g.valid_from, s.valid_from) <= core_now() AND core_now() < least(g.valid_until, s.valid_until)),
     barred AS (SELECT case_id FROM cases_denial
       WHERE user_id = %(person)s AND ended_at IS NULL AND valid_from <= core_now()),
     away AS (SELECT a.membership_id FROM accounts_absence a JOIN accounts_membership m ON m.id = a.membership_id
       JOIN acting ON acting.id = m.deputy_id AND acting.role IN ('pathologist', 'outside_expert')
       WHERE a.cancelled_at IS NULL AND a.valid_from <= core_now() AND core_now() < a.valid_until),
     request AS (SELECT r.* FROM requests_consultrequest r
       LEFT JOIN accounts_membership asker ON asker.id = r.requester_id
       LEFT JOIN accounts_membership expert ON expert.id = r.expert_id
       LEFT JOIN acting ON true
       WHERE r.case_id NOT IN (SELECT case_id FROM barred) AND (
         asker.user_id = %(person)s AND r.asking_organisation_id = acting.organisation_id
         OR r.status NOT IN ('draft', 'discarded') AND (
           expert.user_id = %(person)s AND expert.organisation_id = acting.organisation_id
           OR r.asking_organisation_id IN (SELECT id FROM lab)
           OR r.expert_id IN (SELECT membership_id FROM away))
         OR r.answering_organisation_id IN (SELECT id FROM lab)))
"""
SEEN = """SELECT id FROM cases_case WHERE id NOT IN (SELECT case_id FROM barred)
  AND (id IN (SELECT id FROM home) OR id IN (SELECT "case" FROM shared WHERE codename = '{}'))"""
CASES = OPEN + SEEN.format("view_case")
NAMED = OPEN + SEEN.format("view_identity")
SLIDES = f"""{OPEN} SELECT l.id FROM cases_slide l WHERE l.case_id NOT IN (SELECT case_id FROM barred)
  AND (l.case_id IN (SELECT id FROM home)
    OR EXISTS (SELECT FROM shared h JOIN cases_shareslide n ON n.share_id = h.share
               WHERE h.codename = 'view_case' AND h."case" = l.case_id AND n.slide_id = l.id))"""
REQUESTS = f"{OPEN} SELECT id FROM request"
PATIENTS = f"""{OPEN} SELECT id FROM cases_patient WHERE organisation_id IN (SELECT id FROM lab)
  OR id IN (SELECT patient_id FROM cases_case WHERE id IN ({SEEN.format("view_identity")}))"""
CONSULTED = f"""{OPEN} SELECT case_id FROM request
  UNION SELECT slide_id FROM requests_requestslide WHERE request_id IN (SELECT id FROM request)
  UNION SELECT w.case_id FROM reports_report w JOIN acting ON acting.organisation_id = w.organisation_id
    WHERE w.author_id = %(person)s AND w.case_id NOT IN (SELECT case_id FROM barred)"""
CONSULTED_NAMED = f"""{OPEN} SELECT unnest(ARRAY[c.id, c.patient_id]) FROM request r
  JOIN cases_case c ON c.id = r.case_id WHERE NOT r.is_pseudonymised"""
CALLED = f"""{OPEN} SELECT e.case_id FROM emergency_emergencyaccess e JOIN cases_case c ON c.id = e.case_id
  WHERE e.case_id NOT IN (SELECT case_id FROM barred) AND (e.person_id IN (SELECT id FROM person)
    OR c.organisation_id IN (SELECT organisation_id FROM acting WHERE role IN ('privacy_officer', 'lab_admin')))"""
AUDITED = f"""{OPEN}, audited AS (SELECT c.id, c.patient_id FROM cases_case c
    JOIN acting ON acting.organisation_id = c.organisation_id AND acting.role = 'privacy_officer')
  SELECT patient_id FROM audited UNION SELECT id FROM audited WHERE id NOT IN (SELECT case_id FROM barred)"""
PLACES = {
    "consultation": (
        *("requests:", "reports:", "api-request", "api-report", "desk:home", "desk:live", "desk:preview"),
        *("desk:palette", "desk:results", "desk:search", "api-search"),
    ),
    "emergency": ("emergency:", "api-emergenc"),
    "audit": ("desk:audit", "desk:looked", "api-audit", "api-patient-looks"),
}


def place_of(route: str) -> str:
    """Which record is shown there, '' for none."""
    return next((place for place, routes in PLACES.items() if route.startswith(routes)), "")


@dataclass(frozen=True)
class Known:
    """What somebody may know at a moment: keys of cases, slides, patients and requests, and the keys of cases and
    patients of whom the person may know who they are. `records` has, by place, the same two for what is kept there."""

    cases: frozenset[UUID]
    named: frozenset[UUID]
    slides: frozenset[UUID]
    patients: frozenset[UUID]
    requests: frozenset[UUID]
    records: dict[str, tuple[frozenset[UUID], frozenset[UUID]]]


def ask_tables(question: str, actor: Actor) -> frozenset[UUID]:
    """The keys that one of the questions above gives for this actor."""
    given = {"person": actor.person, "membership": actor.membership, "machine": actor.machine}
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return frozenset(row[0] for row in cursor.fetchall())


def known_to(actor: Actor) -> Known:
    """All of it, at this moment."""
    told, called, audited = (ask_tables(each, actor) for each in (CONSULTED_NAMED, CALLED, AUDITED))
    consulted = ask_tables(CONSULTED, actor) | told
    kept = {"consultation": (consulted, told), "emergency": (called, called), "audit": (audited, audited)}
    cases, named, slides = (ask_tables(each, actor) for each in (CASES, NAMED, SLIDES))
    return Known(cases, named, slides, ask_tables(PATIENTS, actor), ask_tables(REQUESTS, actor), kept)


KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
THINGS = "SELECT id FROM cases_case UNION ALL SELECT id FROM cases_slide UNION ALL SELECT id FROM cases_patient"
WORDS = """SELECT id, accession_number FROM cases_case
  UNION ALL SELECT patient_id, value FROM cases_patientidentifier
  UNION ALL SELECT id, unnest(ARRAY[family_name, given_name]) FROM cases_patient"""


@dataclass(frozen=True)
class Everything:
    """The keys of every case, slide and patient that there is, and the words that say whose a case is, in lower case,
    each with the cases (by their number) or patients (by name and number) of whom it is said."""

    keys: frozenset[UUID]
    words: dict[str, set[UUID]]
    pattern: re.Pattern[str]

    @classmethod
    def there_is(cls) -> "Everything":
        words: dict[str, set[UUID]] = {}
        with connection.cursor() as cursor:
            cursor.execute(THINGS)
            keys = frozenset(row[0] for row in cursor.fetchall())
            cursor.execute(WORDS)
            for thing, word in cursor.fetchall():
                if word:
                    words.setdefault(word.lower(), set()).add(thing)
        alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        return cls(keys, words, re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])"))

    def beyond(self, known: Known, text: str, *, place: str = "", asked: str = "") -> set[str]:
        """The keys and words of a text shown in a place that somebody who knows this may not know; what they `asked`
        with was theirs already."""
        text, asked = text.lower(), asked.lower()
        kept, kept_named = known.records.get(place, (frozenset(), frozenset()))
        may_see = known.cases | known.slides | known.patients | kept
        may_name = known.named | known.patients | kept_named
        keys = {each for each in KEY.findall(text) if (key := UUID(each)) in self.keys and key not in may_see}
        words = {each for each in self.pattern.findall(text) if not self.words[each] & may_name}
        return {each for each in keys | words if each not in asked}
