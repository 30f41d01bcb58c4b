"""The pages one can go to from the box, each for those alone who may."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.policy import is_platform_admin, sees_sign_in, sees_tokens
from accounts.roles import ADMINISTER, BREAK_GLASS, MEMBERS, READ_AUDIT, REQUEST, SEE_HOME_CASES
from cases.policy import may_register
from consult.desk.search.hits import Hit, of_page
from core.actor import Actor
from core.letters import words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its words, its name among the addresses, and whose it is."""

    label: "StrOrPromise"
    view: str
    may: Callable[[Actor], bool]
    query: str = ""
    of_own_laboratory: bool = False

    def address(self, actor: Actor) -> str:
        """Where it is for this actor."""
        return reverse(self.view, args=[actor.lab()] if self.of_own_laboratory else []) + self.query


def _everybody(actor: Actor) -> bool:
    return True


def _asks(actor: Actor) -> bool:
    return actor.role in REQUEST


def _of_laboratory(actor: Actor) -> bool:
    return actor.organisation is not None and actor.role in ADMINISTER


def _administers(actor: Actor) -> bool:
    return actor.role in ADMINISTER or is_platform_admin(actor)


PAGES = (
    Page(_("Worklist"), "desk:home", _everybody),
    Page(_("My requests"), "requests:mine", _asks),
    Page(_("New request: choose the case"), "cases:list", _asks, "?for=request"),
    Page(_("Cases"), "cases:list", lambda actor: actor.role in SEE_HOME_CASES),
    Page(_("New case"), "cases:new", may_register),
    Page(_("Import cases from CSV"), "cases:import", may_register),
    Page(_("Notifications"), "notifications:list", _everybody),
    Page(_("Preferences"), "accounts:preferences", _everybody),
    Page(_("People"), "accounts:people", _administers),
    Page(_("Laboratory"), "accounts:organisation", _of_laboratory, of_own_laboratory=True),
    Page(_("Invitations"), "accounts:invite", _administers),
    Page(_("Agreements"), "accounts:agreements", lambda actor: actor.role in MEMBERS),
    Page(_("Tokens of machines"), "accounts:tokens", sees_tokens),
    Page(_("Single sign-on"), "accounts:single_sign_on", sees_sign_in),
    Page(_("Emergency access"), "emergency:open", lambda actor: actor.role in BREAK_GLASS),
    Page(_("Administration"), "admin:index", _administers),
    Page(_("Audit"), "admin:audit_auditevent_changelist", lambda actor: actor.role in READ_AUDIT),
)


def find_pages(actor: Actor, text: str) -> list[Hit]:
    """Those whose words begin with what was typed, word by word; all of them for nothing typed."""
    wanted = words(text)
    return [
        of_page(page.label, page.address(actor))
        for page in PAGES
        if all(any(word.startswith(each) for word in words(str(page.label))) for each in wanted) and page.may(actor)
    ]
