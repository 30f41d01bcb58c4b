"""The admin pages about people, and about what happened: audit, timeline, jobs.

The last three look at tables of core, which knows neither laboratories nor administrators; so their pages stand here.
"""

from accounts.admin import invitations, jobs, memberships, organisations, people, record

__all__ = ["invitations", "jobs", "memberships", "organisations", "people", "record"]
