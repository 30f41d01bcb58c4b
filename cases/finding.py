"""Finding patients and cases: by which keys, in whose scope, and what the actor may know of what the index leads to.

A number's key begins with a sign of its own: "#" for a patient's number, which is found whole, and "=" for an
accession number, which is found by its beginning. Every other key is a word, found by its beginning.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cases.access import branches
from cases.access.queries import visible_among
from cases.access.view import CaseView, case_views
from cases.models import Case, CaseGrant, Patient, PatientIdentifier
from cases.numbers import accession_key, number_key
from cases.patients import PatientView, patient_view
from cases.policy import visible_patients
from cases.states import PATIENT
from core.actor import Actor
from core.letters import words
from core.search.find import Found, Known, Position, Query, Term, find
from core.search.keep import Row, refresh
from core.workflow.hooks import Transition

MOST_WORDS = 1_000  # of one text
SHORTEST = 2  # signs of the longest word typed: a single letter narrows a search and starts none
SHORTEST_NUMBER = 3  # signs of the beginning of an accession number
MOST_TERMS = 8
NAME = 3  # letters from which a word that begins with a name counts as that name: Lindgrens remiss


def typed(text: str) -> Query:
    """What somebody typed: the whole as one number, else each part as a number or word, else every word of it.

    () where it is too short to search by.
    """
    text = "".join(sign if sign.isprintable() else " " for sign in text).strip()
    each = list(dict.fromkeys(words(text)))[:MOST_TERMS]
    if max(map(len, each), default=0) < SHORTEST:
        return ()
    parts = [part for part in dict.fromkeys(text.split()) if words(part)][:MOST_TERMS]
    found: list[tuple[Term, ...]] = [(_number(text),)] if accession_key(text) != each[0].upper() else []
    if len(text.split()) > 1 and any(len(words(part)) > 1 for part in parts):
        found.append(tuple(_number(part, *words(part)[:2]) for part in parts))
    return (*found, tuple(_number(word, word) for word in each))


def _number(text: str, *as_words: str) -> Term:
    """A term that fits a number, and a word where there is but one."""
    key, start = number_key(text), accession_key(text)
    begins = ("=" + start,) if len(start) >= SHORTEST_NUMBER else ()
    return Term((f"#{key}",) if key else (), begins + (as_words if len(as_words) == 1 else ()))


def identity_keys(names: Iterable[str], numbers: Iterable[str], accession_number: str) -> frozenset[str]:
    """The keys that say who a patient is, and which case: for whoever may know it."""
    keys = {*words(*names), *(f"#{number_key(number)}" for number in numbers)}
    return frozenset(keys | ({f"={accession_key(accession_number)}"} if accession_number else set()))


def text_keys(*texts: str) -> frozenset[str]:
    """The words of a text that are found."""
    return frozenset(list(dict.fromkeys(words(*texts)))[:MOST_WORDS])


@dataclass(frozen=True, slots=True)
class Telling:
    """What tells who a patient is when it stands in a text: cut from it for readers who may not know.

    Stricter than cases.identity_words, which leaves a text readable: here a word too many costs a hit and no sense.
    """

    names: frozenset[str]
    numbers: frozenset[str]

    def cut(self, keys: Iterable[str]) -> frozenset[str]:
        """The keys without names and numbers, nor any without a letter: a date of birth is written in many ways."""
        return frozenset(key for key in keys if any(sign.isalpha() for sign in key) and not self._tells(key))

    def _tells(self, key: str) -> bool:
        begins = any(len(name) >= NAME and key.startswith(name) for name in self.names)
        return begins or key in self.names or key in self.numbers


def telling_of(cases: Collection[Case]) -> dict[UUID, Telling]:
    """By case (with its patient), for readers who may not know who the patient is. One query."""
    numbers = _numbers({case.patient_id for case in cases})
    found = {}
    for case in cases:
        own = [*numbers.get(case.patient_id, ()), case.accession_number]
        written = {*words(*own), *(word for number in own for word in ("".join(words(number)),))}
        found[case.pk] = Telling(frozenset(words(*names_of(case.patient))), frozenset(written))
    return found


def names_of(patient: Patient) -> tuple[str, ...]:
    """Every name the register has of a patient."""
    return patient.family_name, patient.given_name, patient.used_name, patient.birth_family_name


def _numbers(patient_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for patient, value in PatientIdentifier.objects.filter(patient__in=patient_ids).values_list("patient", "value"):
        found.setdefault(patient, []).append(value)
    return found


def rows_of_patients(patient_ids: Collection[UUID]) -> Iterable[Row]:
    """The register of a laboratory finds its patients by name and number. Two queries."""
    numbers = _numbers(patient_ids)
    for patient in Patient.objects.filter(pk__in=patient_ids):
        keys = identity_keys(names_of(patient), numbers.get(patient.pk, ()), "")
        yield Row("patient", patient.organisation_id, keys, patient.created_at, patient.pk, patient.pk)


def rows_of_cases(case_ids: Collection[UUID]) -> Iterable[Row]:
    """The owner laboratory finds its cases; who was given a case finds it by the text, and by who the patient is only
    where that was given too. Three queries."""
    cases = list(Case.objects.select_related("patient").filter(pk__in=case_ids))
    telling, identity = telling_of(cases), identity_of(cases)
    readers = readers_of(case_ids)
    for case in cases:
        text = text_keys(case.history)
        scopes = {case.organisation_id: identity[case.pk] | text}
        for person, knows in readers.get(case.pk, {}).items():
            scopes[person] = identity[case.pk] | text if knows else telling[case.pk].cut(text)
        for scope, keys in scopes.items():
            yield Row("case", scope, keys, case.received_at, case.pk, case.pk)


def identity_of(cases: Collection[Case]) -> dict[UUID, frozenset[str]]:
    """By case (with its patient): the keys that say who the patient is. One query."""
    numbers = _numbers({case.patient_id for case in cases})
    return {
        case.pk: identity_keys(names_of(case.patient), numbers.get(case.patient_id, ()), case.accession_number)
        for case in cases
    }


def readers_of(case_ids: Collection[UUID]) -> dict[UUID, dict[UUID, bool]]:
    """By case: the people it was given to, and whether they may know who the patient is. When, is asked on reading."""
    seen, known = branches.permission_id(branches.VIEW_CASE), branches.permission_id(branches.VIEW_IDENTITY)
    given = CaseGrant.objects.filter(
        content_object__in=case_ids, revoked_at__isnull=True, permission_id__in=[seen, known]
    )
    found: dict[UUID, dict[UUID, bool]] = {}
    for case, person, permission in given.values_list("content_object", "user", "permission"):
        people = found.setdefault(case, {})
        people[person] = people.get(person, False) or permission == known
    return found


def refresh_after(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: the keys follow in the same transaction, after the grants."""
    patients = {each.noun_id for each in transitions if each.noun == PATIENT.noun}
    cases = {each.case for each in transitions if each.case is not None}
    if patients:
        refresh("patient", patients)
        cases |= set(Case.objects.filter(patient__in=patients).values_list("pk", flat=True))
    if cases:
        refresh("case", cases)


def scopes(actor: Actor) -> list[UUID]:
    """In whose name this actor finds: as a person, and as the laboratory where the role sees its cases."""
    own = [actor.organisation] if actor.organisation and branches.sees_home(actor) else []
    return own + ([actor.person] if actor.person else [])


def find_patients(actor: Actor, query: Query, *, size: int, after: Position | None = None) -> Found[PatientView]:
    """Patients of the own register, by name or number."""

    def look(ids: Collection[UUID]) -> Mapping[UUID, Known[PatientView]]:
        found = visible_patients(actor).filter(pk__in=ids).prefetch_related("identifiers")
        views = [patient_view(patient) for patient in found]
        return {view.id: Known(_keys_of_patient(view), view) for view in views}

    return find(query, "patient", scopes(actor), look, size=size, after=after)


def _keys_of_patient(view: PatientView) -> frozenset[str]:
    names = (view.name_family, view.name_given, view.name_used, view.name_birth)
    return identity_keys(names, (each.value for each in view.identifiers), "")


def find_cases(actor: Actor, query: Query, *, size: int, after: Position | None = None) -> Found[CaseView]:
    """Cases that the actor may see, by what the actor may know of them."""

    def look(ids: Collection[UUID]) -> Mapping[UUID, Known[CaseView]]:
        cases = {case.pk: case for case in visible_among(actor, ids)}
        views = case_views(actor, cases.values())
        telling = telling_of([cases[view.id] for view in views if view.is_pseudonymised])
        return {view.id: Known(known_keys(view, telling.get(view.id), view.history), view) for view in views}

    return find(query, "case", scopes(actor), look, size=size, after=after)


def known_keys(view: CaseView, telling: Telling | None, *texts: str) -> frozenset[str]:
    """The keys of a view and of texts on its case: without `telling` all of them, with it nothing that tells who."""
    if view.is_pseudonymised or telling is not None:
        return telling.cut(text_keys(*texts)) if telling else frozenset()
    names = (view.name_family, view.name_given, view.name_used, view.name_birth)
    known = identity_keys(names, (value for _system, value, _verified in view.identifiers), view.accession_number)
    return known | text_keys(*texts)
