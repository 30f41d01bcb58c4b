"""Everything that a signer must know: what the rooms above say, and what the paper cannot show as it was typed."""

import unicodedata
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Membership
from consult.reports import hooks
from consult.reports.content import Content
from consult.reports.content_check import texts
from consult.reports.document.printable import unprintable
from consult.reports.hooks import SignCheck
from consult.reports.models import Report
from core.actor import Actor

NAMED = 12  # characters that are named; a whole text in another script needs no more to be understood


def must_be_known(actor: Actor, report: Report, content: Content) -> list[SignCheck]:
    """The checks before signing this content, blocking ones first."""
    return [*_not_registered(actor), *hooks.checks_for(actor, report), *_not_printable(report, content)]


def _not_registered(actor: Actor) -> list[SignCheck]:
    """Number and register are printed under the signature; whoever administers the laboratory states them."""
    if actor.membership is None:
        return []
    membership = Membership.objects.select_related("organisation").get(pk=actor.membership)
    if membership.registration_number and membership.registration_body:
        return []
    message = _(
        "Your number in the professional register and the name of the register are printed under your signature, and "
        "are not complete. An administrator of %(laboratory)s can enter them."
    )
    words = message % {"laboratory": membership.organisation.name}
    return [SignCheck("registration", words, blocks=True, by_others=True)]


def _not_printable(report: Report, content: Content) -> list[SignCheck]:
    folder = Path(settings.FONT_ROOT)
    found = list(dict.fromkeys(each for _path, text in texts(content) for each in unprintable(text, folder)))
    if not found:
        return []
    named = ", ".join(_named(each) for each in found[:NAMED]) + (", …" if found[NAMED:] else "")
    message = _("These characters cannot be printed. The report shows their numbers instead: %(characters)s.")
    return [SignCheck("characters_not_printable", message % {"characters": named}, url=hooks.writing_page(report))]


def _named(character: str) -> str:
    """The character itself where a screen shows it, and its number as it is printed."""
    number = f"[U+{ord(character):04X}]"
    return number if unicodedata.category(character).startswith(("C", "M")) else f"{character} {number}"
