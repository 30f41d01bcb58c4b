"""The whole world, as `make demo` makes it."""

from collections import Counter

import pytest
from django.core.management import call_command

from accounts.models import Organisation
from cases.access.grants import reconcile
from cases.models import Case, Slide
from consult.desk.demo.consultation import ENDS_AT
from consult.desk.demo.seed import is_made, seed
from consult.desk.demo.world import stories
from consult.requests.models import ConsultRequest
from core import clock
from core.actor import system
from core.jobs.models import Job
from core.jobs.models import State as JobState

STATUS_AT = {"signed": "answered", "drafted": "accepted"}


@pytest.mark.deep
def test_the_whole_world_stands_in_the_states_its_files_say(empty_database: None) -> None:
    seed(clock.now())
    assert is_made()
    assert Counter(Organisation.objects.values_list("kind", flat=True)) == {"lab": 5, "network": 1}
    assert Case.objects.count() == len(stories())
    assert Slide.objects.count() == 375 + 8
    ends = [ENDS_AT[story.state] for story in stories().values() if story.is_consultation]
    found = Counter(ConsultRequest.objects.values_list("status", flat=True))
    assert found == Counter(STATUS_AT.get(end, end) for end in ends)
    assert reconcile(list(Case.objects.values_list("pk", flat=True)), actor=system("test")) == 0
    call_command("search_keys", "--check")
    due = Job.objects.exclude(state__in=[JobState.DONE, JobState.CANCELLED]).filter(due_at__lte=clock.now())
    by_the_worker = {"notifications.mail", "emergency.remind", "emergency.run_out"}
    assert set(due.values_list("kind", flat=True)) <= by_the_worker
    assert not Job.objects.exclude(error="").exists()
