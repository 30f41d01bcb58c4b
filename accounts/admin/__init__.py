"""The admin pages about people, and about what happened: audit, seals, timeline, jobs.

The last four look at tables of core, which knows neither laboratories nor administrators; so their pages stand here.
"""

from accounts.admin import (
    agreements,
    invitations,
    jobs,
    memberships,
    organisations,
    people,
    record,
    seals,
    single_sign_on,
    tokens,
)

__all__ = [
    "agreements",
    "invitations",
    "jobs",
    "memberships",
    "organisations",
    "people",
    "record",
    "seals",
    "single_sign_on",
    "tokens",
]
