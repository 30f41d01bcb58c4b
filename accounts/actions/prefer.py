"""Remember how a person wants to see the system: language, theme, single-letter keys, the tour put away."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.user import Theme
from core.actor import Actor
from core.audit import names
from core.audit.record import record
from core.errors import Hidden, Invalid

PREFERRED = names.register("person.preferred", gettext_lazy("Preferences changed"))


def prefer(
    *,
    actor: Actor,
    language: str | None = None,
    theme: str | None = None,
    single_key_shortcuts: bool | None = None,
    tour_dismissed: bool | None = None,
) -> User:
    """Keep what is given (None leaves it) on the actor's own person. Raises Invalid for a value that does not exist."""
    wanted: dict[str, object] = {
        "language": language,
        "theme": theme,
        "single_key_shortcuts": single_key_shortcuts,
        "tour_dismissed": tour_dismissed,
    }
    if language is not None and language not in dict(settings.LANGUAGES):
        raise Invalid(_("Choose a language from the list."), fields={"language": _("Choose from the list.")})
    if theme is not None and theme not in Theme.values:
        raise Invalid(_("Choose a theme from the list."), fields={"theme": _("Choose from the list.")})
    with transaction.atomic():
        rows = User.objects.select_for_update(no_key=True)
        person = rows.filter(pk=actor.person).first() if actor.person else None
        if person is None:
            raise Hidden(_("There is nobody here by that name."))
        changed = [name for name, value in wanted.items() if value is not None and getattr(person, name) != value]
        for name in changed:
            setattr(person, name, wanted[name])
        if changed:
            person.save(update_fields=changed)
            record(actor, PREFERRED, object_kind="person", object_id=person.pk, facts={"fields": changed})
    return person
