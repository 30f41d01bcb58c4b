"""What every way of leaving an organisation has in common; the actions beside this file call it."""

from datetime import datetime

from accounts import sessions
from accounts.hooks import MemberLeft, run_member_left
from accounts.models import Membership
from core.actor import Actor


def end(membership: Membership, *, actor: Actor, at: datetime) -> None:
    """End one membership at `at`, with every session of the person, and let the rooms above take back what it gave.

    Call in the transaction that has locked the membership. The period of one that had not begun is empty, and it
    ends no session: it had opened none.
    """
    had_begun = membership.valid_from <= at
    membership.valid_from, membership.valid_until = min(membership.valid_from, at), at
    membership.save(update_fields=["valid_from", "valid_until"])
    if had_begun:
        sessions.end_all(membership.user)
    run_member_left(MemberLeft(membership.user_id, membership.organisation_id, actor))
