"""What every way of leaving an organisation has in common; the actions beside this file call it."""

from datetime import datetime, timedelta

from accounts import sessions
from accounts.hooks import MemberLeft, run_member_left
from accounts.models import Membership
from core.actor import Actor


def end(membership: Membership, *, actor: Actor, at: datetime) -> None:
    """End one membership at `at`, with every session of the person, and let the rooms above take back what it gave.

    Call in the transaction that has locked the membership. A membership that had not begun ends as it begins.
    """
    membership.valid_until = max(at, membership.valid_from + timedelta(microseconds=1))
    membership.save(update_fields=["valid_until"])
    sessions.end_all(membership.user)
    run_member_left(MemberLeft(membership.user_id, membership.organisation_id, actor))
