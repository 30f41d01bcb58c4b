import pytest
from tests.cast import World, CANARY
from core.search.keep import differences
from core.search.models import SearchKey
from cases.models import Case, Patient
from cases.finding import *
from consult.requests.finding import find_requests
from consult.reports.finding import find_reports

def test_probe(world, mirror):
    ids=list(Case.objects.values_list("pk",flat=True)); ps=list(Patient.objects.values_list("pk",flat=True))
    print(SearchKey.objects.count(), differences("case", ids), differences("patient", ps))
    for who in ("asker","expert","expert_colleague","stranger","admin","clinician"):
        a=world.people[who]
        for text in ("Zwart", "N-sent", "CR-0000", "spitz", "growing lesion", "melanocytic", "north-sent-1", "zwartkopmees sent"):
            q=typed(text)
            print(who, text, [len(f(a,q,size=30).things) for f in (find_patients, find_cases, find_requests, find_reports)])
