"""Why somebody can see a case, in plain words: for that person, about nobody else and nothing that is hidden."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.roles import Role
from cases import hooks
from cases.access import branches
from cases.access.queries import visible_slides
from cases.access.view import CaseView
from cases.models import Share
from cases.order import in_order
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason: the sentence, its page ('' where it has none), until when (None: as long as it holds), what shows."""

    words: str
    url: str
    until: datetime | None
    shown: list[str]
    hidden: list[str]


def grounds(actor: Actor, view: CaseView) -> list[Ground]:
    """Every reason for which this actor sees the case of this view; at home the role alone. Three queries at most."""
    if view.is_home:
        words = _("You work as %(role)s in %(lab)s, whose case this is.")
        role = str(Role(actor.role).label)
        return [Ground(words % {"role": role, "lab": view.organisation_name}, "", None, [_("Everything")], [])]
    grants = branches.grants_in_force(actor).filter(content_object=view.id)
    shares = list(Share.objects.filter(pk__in=grants.values("share")).prefetch_related("slides").order_by("valid_from"))
    slides = {
        slide.pk: slide for slide in visible_slides(actor).filter(case=view.id).select_related("specimen", "block")
    }
    reasons = hooks.told_reasons(actor, [(share.source_kind, share.source_id) for share in shares])
    found = []
    for share in shares:
        reason = reasons[share.source_kind, share.source_id]
        named = in_order([slides[row.slide_id] for row in share.slides.all() if row.slide_id in slides])
        labels = ", ".join(view.text(slide.label) for slide in named)
        shown = [_("Slides: %(labels)s") % {"labels": labels}] if labels else []
        hidden = [_("Slides that are not named here")]
        for is_shown, words in (
            (share.shows_identity, _("Who the patient is")),
            (share.shows_first_report, _("The first report")),
            (share.shows_earlier, _("Earlier cases")),
            (share.shows_label, _("Label images")),
        ):
            (shown if is_shown else hidden).append(words)
        found.append(Ground(reason.words, reason.url, share.valid_until, shown, hidden))
    return found
