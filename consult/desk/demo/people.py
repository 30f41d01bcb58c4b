"""Brings in the laboratories and their people: invited and accepted, long before their first case."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.actions.accept_invitation import accept_invitation
from accounts.actions.invite import invite
from accounts.actions.organisation import OrganisationFields, add_organisation
from accounts.actions.work import WorkFields, plan_work
from accounts.models import Expertise, Membership, Organisation, User
from cases.basis.actions.rule import load_presets
from consult.desk.demo import personas
from consult.desk.demo.agreements import agree_within, found_network
from consult.desk.demo.world import Laboratory, Person, laboratories, people
from core.actor import Door, system

PASSWORD = "glass-slide-tray"  # noqa: S105 - the demo's one password, printed by `manage.py demo --who`
BEFORE = timedelta(days=400)


def settle(now: datetime) -> Iterator[datetime]:
    """The story of how everybody came, laboratory by laboratory."""
    moment = now.replace(hour=9, minute=0, second=0, microsecond=0) - BEFORE
    yield moment
    load_presets(actor=COMMAND)
    network = found_network()
    for lab in laboratories().values():
        yield moment
        organisation = _organisation(lab, network)
        for person in people().values():
            for role in person.roles_at(lab.id):
                _member(person, lab, organisation, role)
        moment += timedelta(minutes=1)
    yield moment
    agree_within(network, moment)


COMMAND = system("demo", Door.COMMAND)


def _organisation(lab: Laboratory, network: Organisation) -> Organisation:
    return add_organisation(
        actor=COMMAND,
        fields=OrganisationFields(
            name=lab.name,
            short_name=lab.short,
            country=lab.country,
            time_zone=lab.time_zone,
            language=lab.language,
            languages=lab.languages,
            address=lab.address,
            accreditation=lab.accreditation,
            parent=network.pk,
        ),
    )


def _member(person: Person, lab: Laboratory, organisation: Organisation, role: str) -> None:
    invitation = invite(
        actor=COMMAND,
        organisation_id=organisation.pk,
        email=person.email,
        title=person.title,
        given_name=person.given,
        family_name=person.family,
        role=role,
        registration_number=person.registration,
        registration_body=lab.register if person.registration else "",
        language="" if personas.of(person.id) else language_of(person, lab),
        makes_platform_admin=person.platform_admin and lab.id == person.lab,
    )
    user = accept_invitation(
        actor=COMMAND,
        invitation_id=invitation.pk,
        password=PASSWORD,
    )
    if role == person.role:
        member = user.memberships.get(organisation=organisation, role=role)
        Expertise.objects.bulk_create(Expertise(membership=member, organ_system=each) for each in person.organ_systems)
        work = WorkFields(languages=person.languages, weekly_capacity=person.weekly_capacity)
        plan_work(actor=COMMAND, membership_id=member.pk, fields=work)


def language_of(person: Person, lab: Laboratory) -> str:
    """The language of a person's pages; a persona's is left to the visitor's browser."""
    language = {"en": "en-gb"}.get(person.languages[0], person.languages[0])
    return f"{language}-be" if lab.country == "BE" else language


def membership_of(person_id: str) -> Membership:
    """The membership of a person of the world in their own laboratory, in their first role there."""
    person = people()[person_id]
    return Membership.objects.select_related("user", "organisation").get(
        user__email=person.email, organisation__name=laboratories()[person.lab].name, role=person.role
    )


def user_of(person_id: str) -> User:
    """The person's account."""
    return User.objects.get(email=people()[person_id].email)
