"""Finding colleagues by name, laboratory or subspecialty, as every member may look them up."""

from functools import lru_cache
from uuid import UUID

from accounts.models import Expertise, Membership
from accounts.policy import colleagues
from core import terms
from core.actor import Actor
from core.letters import words

_words = lru_cache(maxsize=20_000)(words)  # of colleagues and laboratories, never of patients


def find_colleagues(actor: Actor, text: str, *, size: int, start: int = 0) -> tuple[list[Membership], int | None]:
    """Those for whom every word typed begins a word of name, laboratory or subspecialty; and where to go on.

    In the order of names. Three queries; the few thousand who can be looked up are compared here, as no database knows
    all letters. Subspecialties are found in the language of the page.
    """
    wanted = words(text)
    if not wanted:
        return [], None
    expertise: dict[UUID, list[str]] = {}
    for member, organ in Expertise.objects.values_list("membership", "organ_system"):
        expertise.setdefault(member, []).append(str(terms.label("organ_systems", organ)))
    people = colleagues(actor).order_by("user__family_name", "user__given_name", "pk")
    names = people.values_list(
        "pk", "user__given_name", "user__family_name", "organisation__name", "organisation__short_name"
    )
    fits = []
    for key, *parts in names:
        own = [word for part in (*parts, *expertise.get(key, ())) for word in _words(part)]
        if all(any(word.startswith(each) for word in own) for each in wanted):
            fits.append(key)
    shown = fits[start : start + size]
    found = colleagues(actor).prefetch_related("expertise").in_bulk(shown)
    more = start + size if len(fits) > start + size else None
    return [found[key] for key in shown if key in found], more
