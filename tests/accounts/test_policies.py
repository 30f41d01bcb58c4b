"""Who administers, watches over and agrees what, and who stands in for whom: against sentences of their own."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import transaction

from accounts import agreements, policy
from accounts.models import (
    Absence,
    Agreement,
    IdentityProvider,
    Invitation,
    MachineToken,
    Membership,
    Organisation,
    User,
)
from accounts.roles import (
    ADMINISTER,
    MAKE_TOKENS,
    READ_AUDIT,
    READ_STEPS,
    REQUEST,
    SEE_SIGN_IN,
    SEE_TOKENS,
    SET_SIGN_IN,
    SIGN,
    Role,
)
from accounts.scopes import Scope
from accounts.standing_in import away, may_stand_in, stood_in_for
from cases.models import Denial
from core import clock
from core.actor import Actor, system
from core.audit.models import AuditEvent
from core.errors import Forbidden, Hidden
from core.ids import new_id
from core.workflow.models import TimelineEntry
from notifications.models import Notification
from notifications.queries import visible_notifications
from tests.access.sentences import agree, people, platform
from tests.cast import PEOPLE, World


def of_lab(roles: Collection[str]) -> Callable[[Actor, Organisation], bool]:
    """Who acts under one of these roles, for the own organisation; the platform's for every one."""
    return lambda actor, lab: actor.organisation == lab.pk and actor.role in roles


def test_what_is_administered(world: World) -> None:
    labs, actors = list(Organisation.objects.all()), people(world)
    agree(actors, labs, policy.administered, of_lab(ADMINISTER))
    at = clock.now()
    for number, lab in enumerate(labs):
        made = {"organisation": lab, "created_at": at, "expires_at": at + timedelta(days=1)}
        words = {
            "name": "x",
            "purpose": "x",
            "prefix": f"p{number}",
            "secret_hash": f"{number:064x}",
            "scopes": [Scope.CASES_READ],
        }
        MachineToken.objects.create(**made, **words, created_by_id=world.admin.who())
        words = {"email": f"new{number}@x.example", "given_name": "N", "family_name": "N", "role": Role.LAB_STAFF}
        Invitation.objects.create(**made, **words, invited_by_id=world.admin.who())
        IdentityProvider.objects.create(
            organisation=lab,
            issuer=f"https://idp{number}.example",
            client_id="x",
            secret="x",
            changed_by_id=world.admin.who(),
            changed_at=at,
        )
    for model, visible, roles in (
        (MachineToken, policy.visible_tokens, SEE_TOKENS),
        (IdentityProvider, policy.visible_providers, SEE_SIGN_IN),
        (Invitation, policy.visible_invitations, ADMINISTER),
        (Membership, policy.administered_memberships, ADMINISTER),
    ):
        rows, is_of = list(model.objects.select_related("organisation")), of_lab(roles)
        agree(actors, rows, visible, lambda actor, row, is_of=is_of: is_of(actor, row.organisation))  # type: ignore[misc]
        everything = {row.pk for row in rows}
        for role in (*Role, ""):
            whoever = replace(platform(), role=role, organisation=world.asker.organisation)
            assert set(visible(whoever).values_list("pk", flat=True)) == everything, (model, role)
    own = of_lab(ADMINISTER)
    members = list(Membership.objects.select_related("organisation"))
    agree(
        actors,
        members,
        policy.planned_memberships,
        lambda actor, row: row.user_id == actor.person or own(actor, row.organisation),
    )


def test_the_record_and_the_steps(world: World) -> None:
    for model, visible, roles in (
        (AuditEvent, policy.visible_audit, {*READ_AUDIT, *ADMINISTER}),
        (TimelineEntry, policy.visible_timeline, READ_STEPS),
    ):
        everybodys = set(model.objects.values_list("organisation", flat=True))
        assert {world.asker.organisation, world.expert.organisation, None} <= everybodys | {None}
        for actor in people(world):
            wanted = {actor.organisation} & everybodys if actor.role in roles else set()
            assert set(visible(actor).values_list("organisation", flat=True)) == wanted, (model, actor.name, actor.role)
        for whoever in (system("tests"), platform(), replace(platform(), role=Role.AUDITOR)):
            assert set(visible(whoever).values_list("organisation", flat=True)) == everybodys


def test_of_a_case_from_which_somebody_is_kept_they_read_no_row(world: World) -> None:
    closed, other = world.case("accepted").pk, world.case("answered").pk
    auditor = replace(world.officer, role=Role.AUDITOR)
    whoever = replace(platform(), role=Role.AUDITOR)
    for actor in (world.officer, auditor, whoever):
        source = {"source_kind": "tests", "source_id": new_id()}
        Denial.objects.get_or_create(
            case_id=closed, user_id=actor.who(), kind="conflict", defaults={"valid_from": clock.now(), **source}
        )
    for visible, some in (
        (policy.visible_audit, (world.officer, whoever)),
        (policy.visible_timeline, (auditor, whoever)),
    ):
        for actor in some:
            cases = set(visible(actor).values_list("case", flat=True))
            assert other in cases and closed not in cases, (visible, actor.name)
        assert closed in set(visible(system("tests")).values_list("case", flat=True))


def test_what_a_role_may(world: World) -> None:
    for role in Role:
        actor, whoever = replace(world.admin, role=role), replace(platform(), role=role)
        assert policy.may_make_tokens(actor) == (role in MAKE_TOKENS)
        assert policy.may_set_sign_in(actor) == (role in SET_SIGN_IN)
        assert policy.sees_tokens(actor) == (role in SEE_TOKENS)
        assert policy.sees_sign_in(actor) == (role in SEE_SIGN_IN)
        assert policy.only_reads(actor) == (role in (READ_AUDIT | READ_STEPS) - ADMINISTER)
        assert policy.sees_tokens(whoever) and policy.sees_sign_in(whoever) and not policy.only_reads(whoever)


def test_whose_laboratory_is_edited(world: World, mirror: World) -> None:
    with transaction.atomic():
        for actor in (world.admin, world.expert_admin, mirror.admin, platform()):
            for key in (world.admin.lab(), world.expert.lab(), mirror.admin.lab()):
                if actor.organisation in {key, None}:
                    assert policy.lock_organisation(actor, key).pk == key
                    continue
                with pytest.raises(Hidden):
                    policy.lock_organisation(actor, key)


def test_whose_membership_and_whose_person_is_changed(world: World, mirror: World) -> None:
    def locked(actor: Actor, key: UUID | None) -> str:
        try:
            with transaction.atomic():
                return str(policy.lock_person(actor, key or new_id()).pk == key)
        except (Hidden, Forbidden) as refusal:
            return type(refusal).__name__

    with transaction.atomic():
        for who in PEOPLE:
            key = world.people[who].acting()
            if world.people[who].organisation == world.admin.organisation:
                assert policy.lock_membership(world.admin, key).pk == key
                continue
            with pytest.raises(Hidden):
                policy.lock_membership(world.admin, key)
    staff, admin, both = world.staff.who(), world.admin, world.clinician
    assert (locked(admin, staff), locked(admin, world.expert.person), locked(mirror.admin, staff)) == (
        "True",
        "Hidden",
        "Hidden",
    )
    Membership.objects.create(user_id=both.who(), organisation_id=world.expert.lab(), role="clinician")
    assert (locked(admin, both.person), locked(admin, staff), locked(platform(), both.person)) == (
        "Forbidden",
        "True",
        "True",
    )
    colleague = world.colleague.who()
    Membership.objects.filter(user=colleague).update(valid_until=clock.now())
    assert (locked(admin, colleague), locked(platform(), colleague)) == ("Forbidden", "True"), "who has left"
    User.objects.filter(pk=staff).update(is_platform_admin=True)
    assert [locked(each, staff) for each in (admin, platform(), system("tests"))] == ["Forbidden", "True", "True"]


def test_agreements(world: World, mirror: World) -> None:
    parent = Organisation.objects.create(name="Group", short_name="G", country="NL", time_zone="UTC", language="nl")
    Organisation.objects.filter(pk=world.stranger.lab()).update(parent=parent)
    made = Agreement.objects.get(pk=world.agreement("confirmed").pk)
    made.pk, made.asking, made.proposed_for = new_id(), parent, parent
    made.save(force_insert=True)
    above = {world.stranger.lab(): parent.pk}

    def sees(actor: Actor, row: Agreement) -> bool:
        own = {actor.organisation, above.get(actor.lab())}
        return bool(own & {row.asking_id, row.answering_id}) and (
            actor.role in ADMINISTER or row.status in {"confirmed", "notice"}
        )

    rows = list(Agreement.objects.all())
    agree([*people(world), *people(mirror)], rows, agreements.visible_agreements, sees)
    for whoever in (platform(), system("tests")):
        assert agreements.visible_agreements(whoever).count() == len(rows)
    for row in rows:
        for actor in people(world):
            administers = {actor.organisation} if actor.role in ADMINISTER else set()
            both = {row.asking_id, row.answering_id}
            wanted = {"proposer"} if row.proposed_for_id in administers else set()
            wanted |= {"partner"} if administers & (both - {row.proposed_for_id}) else set()
            assert agreements.parties(actor, row) == wanted, (actor.name, actor.role)


def test_an_agreement_is_a_basis_for_those_it_names_and_in_its_direction(world: World) -> None:
    asking, answering, other = world.asker.lab(), world.expert.lab(), world.stranger.lab()
    basis = partial(agreements.basis, work="consultation", organ_system="skin")
    found = basis(asking, answering)
    assert found is not None and found.agreement == world.agreement("confirmed")
    within = basis(other, other)
    assert within is not None and within.agreement is None
    for pair in pairwise((other, asking, other, answering, other)):
        assert basis(*pair) is None
    Agreement.objects.filter(pk=found.agreement.pk).update(is_mutual=False)
    there, back = basis(asking, answering), basis(answering, asking)
    assert there is not None and back is None
    Agreement.objects.filter(pk=found.agreement.pk).update(is_mutual=True)
    back = basis(answering, asking)
    assert back is not None and back.agreement == found.agreement
    for pair in pairwise((other, asking, other, answering, other)):
        assert basis(*pair) is None, "in both directions, and of these two alone"


def test_who_stands_in(world: World) -> None:
    members = list(Membership.objects.all())
    for member in members:
        for role in Role:
            for deputy in members:
                deputy.role = role
                same = deputy.organisation_id == member.organisation_id and deputy.user_id != member.user_id
                wanted = same and role in (SIGN if member.role in SIGN else REQUEST)
                assert may_stand_in(deputy, member) == wanted, (member.role, role)
    at = clock.now()
    Absence.objects.create(membership_id=world.expert.acting(), valid_from=at, valid_until=at + timedelta(days=1))
    assert set(away()) == {Membership.objects.get(pk=world.expert.acting())}
    assert not stood_in_for(None).exists() and not stood_in_for(world.expert_colleague.membership).exists()
    Membership.objects.filter(pk=world.expert.acting()).update(deputy=world.expert_colleague.membership)
    assert stood_in_for(world.expert_colleague.membership).get().pk == world.expert.membership
    assert not stood_in_for(world.colleague.membership).exists()


def test_notifications(world: World) -> None:
    rows = list(Notification.objects.all())
    agree(list(world.people.values()), rows, visible_notifications, lambda actor, row: row.recipient_id == actor.person)
