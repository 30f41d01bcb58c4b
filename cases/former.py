"""What a case said of who it is before somebody corrected it: the names and numbers that older texts still hold."""

from collections.abc import Collection
from dataclasses import replace

from cases.access.view import known_of_case
from cases.identity_words import Known
from cases.models import Case


def keep(cases: Collection[Case]) -> None:
    """Write down what these cases, which are locked, say now, beside what they said before. Call it before correcting.

    Texts that were typed under a wrong name go on holding it, and under a pseudonym it is taken out of them as well.
    """
    for case in cases:
        known = known_of_case(case)
        case.former = {
            "names": sorted({name for name in known.names if name}),
            "given": sorted({name for name in known.given if name}),
            "numbers": sorted(set(known.numbers)),
            "days": [list(day) for day in dict.fromkeys([known.birth, *known.former_days]) if day[2] is not None],
        }
    Case.objects.bulk_update(cases, ["former"])


def known_now_and_before(case: Case) -> tuple[Known, Known]:
    """What says whose case it is, and what of it did so before the last correction. One query."""
    now, kept = known_of_case(case), case.former
    before = replace(
        now,
        names=kept.get("names", ()),
        numbers=kept.get("numbers", ()),
        birth=(None, None, None),
        given=kept.get("given", ()),
        former_days=[(year, month, day) for year, month, day in kept.get("days", ())],
    )
    return now, before
