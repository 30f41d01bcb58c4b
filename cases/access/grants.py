"""The only writer of shares, grants and denials: makes the rows equal to what the workflows state.

Runs inside the transaction that changed the reasons, with the case rows locked, and tells the tile server and the
sockets after the commit when somebody has lost access.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.hooks import MemberLeft
from cases import hooks
from cases.access import branches
from cases.access.lock import lock_rows
from cases.access.revocation import announce
from cases.hooks import ShareSpec
from cases.models import Case, CaseGrant, Denial, GrantEvent, Share, ShareSlide
from core import clock
from core.actor import Actor
from core.search.keep import refresh
from core.workflow.hooks import Transition

GrantKey = tuple[UUID, int, UUID]  # person, permission, share


def reconcile_after(transitions: Sequence[Transition]) -> None:
    """The after_transition listener: whatever moved on a case may have given or ended access to it.

    Who finds the case follows in the next listener (cases.finding.refresh_after).
    """
    if cases := {transition.case for transition in transitions if transition.case is not None}:
        _make_equal(cases, transitions[0].actor)


def reconcile_leaver(left: MemberLeft) -> None:
    """The member_left listener: what the person saw by what they no longer are ends in the same transaction."""
    granted = CaseGrant.objects.filter(user_id=left.person, revoked_at__isnull=True)
    reconcile(set(granted.values_list("content_object", flat=True)), actor=left.actor)
    transaction.on_commit(lambda: announce(()))  # also what the role showed by itself: remembered permissions go


def reconcile(case_ids: Collection[UUID], *, actor: Actor) -> int:
    """Make shares, grants and denials of these cases equal to what the workflows state; the number of changes."""
    with transaction.atomic():
        changes = _make_equal(case_ids, actor)
        if changes:
            refresh("case", case_ids)  # who finds the case follows who sees it
    return changes


def _make_equal(case_ids: Collection[UUID], actor: Actor) -> int:
    with transaction.atomic():
        cases = {case.pk: case for case in lock_rows(case_ids)}
        at = clock.now()
        specs = [spec for spec in hooks.expected_shares(list(cases)) if spec.people and spec.valid_until > at]
        changes, lost = 0, set[UUID]()
        rows = list(Share.objects.filter(case__in=cases))
        shares = _shares(specs, rows, at)
        wanted = {key: (spec, share) for spec, share in shares for key in _keys(spec, share)}
        for row in CaseGrant.objects.filter(content_object__in=cases):
            key = (row.user_id, row.permission_id, row.share_id)
            spec_share = wanted.pop(key, None)
            if spec_share is None and row.revoked_at is None:
                row.revoked_at = at
                row.save(update_fields=["revoked_at"])
                _trace(row, at, actor, given=False)
                lost.add(row.content_object_id)
                changes += 1
            elif spec_share is not None and _differs(row, spec_share[0]):
                row.revoked_at = None
                row.valid_from, row.valid_until = spec_share[0].valid_from, spec_share[0].valid_until
                row.save(update_fields=["revoked_at", "valid_from", "valid_until"])
                _trace(row, at, actor, given=True)
                lost.add(row.content_object_id)  # a window may have become shorter
                changes += 1
        for (user, permission, _), (spec, share) in wanted.items():
            _trace(_give(user, permission, spec, share, cases[spec.case]), at, actor, given=True)
            changes += 1
        lost |= _slides(shares)
        changes += _end_shares(rows, shares, at) + _denials(cases, at, lost)
    if lost:
        transaction.on_commit(lambda: announce(lost))
    return changes


def _shares(specs: list[ShareSpec], rows: list[Share], at: datetime) -> list[tuple[ShareSpec, Share]]:
    """The share row of each spec, made or brought up to date."""
    found = {(s.case_id, s.source_kind, s.source_id): s for s in rows}
    pairs = []
    for spec in specs:
        share = found.get((spec.case, spec.source_kind, spec.source_id)) or Share(
            case_id=spec.case, source_kind=spec.source_kind, source_id=spec.source_id
        )
        stated = {
            "purpose": spec.purpose,
            "organisation_id": spec.organisation,
            "valid_from": spec.valid_from,
            "valid_until": spec.valid_until,
            "ended_at": None,
            "shows_identity": spec.shows_identity,
            "shows_label": spec.shows_label,
            "shows_earlier": spec.shows_earlier,
            "shows_first_report": spec.shows_first_report,
        }
        if share._state.adding or any(getattr(share, name) != value for name, value in stated.items()):
            for name, value in stated.items():
                setattr(share, name, value)
            share.save()
        pairs.append((spec, share))
    return pairs


def _keys(spec: ShareSpec, share: Share) -> list[GrantKey]:
    shown = {
        branches.VIEW_CASE: True,
        branches.VIEW_IDENTITY: spec.shows_identity,
        branches.VIEW_LABEL: spec.shows_label,
        branches.VIEW_EARLIER: spec.shows_earlier,
        branches.VIEW_FIRST_REPORT: spec.shows_first_report,
    }
    names = [name for name, on in shown.items() if on]
    return [(person, branches.permission_id(name), share.pk) for person in spec.people for name in names]


def _differs(row: CaseGrant, spec: ShareSpec) -> bool:
    return (row.revoked_at, row.valid_from, row.valid_until) != (None, spec.valid_from, spec.valid_until)


def _give(user: UUID, permission: int, spec: ShareSpec, share: Share, case: Case) -> CaseGrant:
    grant: CaseGrant = CaseGrant.objects.create(
        user_id=user,
        permission_id=permission,
        content_object=case,
        share=share,
        valid_from=spec.valid_from,
        valid_until=spec.valid_until,
        purpose=spec.purpose,
        received_at=case.received_at,
        status=case.status,
        priority=case.priority,
        organ_system=case.organ_system,
    )
    return grant


def _trace(row: CaseGrant, at: datetime, actor: Actor, *, given: bool) -> None:
    GrantEvent.objects.create(
        at=at,
        given=given,
        user_id=row.user_id,
        permission_id=row.permission_id,
        case=row.content_object_id,
        share=row.share_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        by_person=actor.person,
        by_name=actor.name,
    )


def _slides(shares: list[tuple[ShareSpec, Share]]) -> set[UUID]:
    """Make the slides that each share names equal to its spec; the cases from which a slide was taken."""
    if not shares:
        return set()
    named: dict[UUID, set[UUID]] = {share.pk: set() for _, share in shares}
    for share_id, slide_id in ShareSlide.objects.filter(share__in=named).values_list("share", "slide"):
        named[share_id].add(slide_id)
    taken = set()
    for spec, share in shares:
        gone, new = named[share.pk] - spec.slides, spec.slides - named[share.pk]
        if gone:
            ShareSlide.objects.filter(share=share, slide__in=gone).delete()
            taken.add(spec.case)
        ShareSlide.objects.bulk_create([ShareSlide(share=share, slide_id=slide) for slide in sorted(new)])
    return taken


def _end_shares(rows: list[Share], shares: list[tuple[ShareSpec, Share]], at: datetime) -> int:
    kept = {share.pk for _, share in shares}
    over = [row.pk for row in rows if row.ended_at is None and row.pk not in kept]
    return Share.objects.filter(pk__in=over).update(ended_at=at) if over else 0


def _denials(cases: dict[UUID, Case], at: datetime, lost: set[UUID]) -> int:
    specs = {(s.case, s.user, s.kind, s.source_kind, s.source_id): s for s in hooks.expected_denials(list(cases))}
    changes = 0
    for row in Denial.objects.filter(case__in=cases):
        spec = specs.pop((row.case_id, row.user_id, row.kind, row.source_kind, row.source_id), None)
        ended = at if spec is None else None
        if (row.ended_at is None) != (ended is None):
            row.ended_at = ended
            row.save(update_fields=["ended_at"])
            lost.add(row.case_id)
            changes += 1
    for spec in specs.values():
        Denial.objects.create(
            case_id=spec.case,
            user_id=spec.user,
            kind=spec.kind,
            source_kind=spec.source_kind,
            source_id=spec.source_id,
            valid_from=spec.valid_from,
        )
        lost.add(spec.case)
        changes += 1
    return changes
