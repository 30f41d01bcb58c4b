"""The words of the look in templates: icon, status, priority, due, avatar, progress, dates and blocks.

Loaded as a builtin (TEMPLATES in the settings), so no template has to load it. What a tag shows is in
templates/components/<tag>.html.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from core import clock
from core.web import dates
from core.web.preferences import cookie
from core.web.request_id import current

register = template.Library()

# The shapes of the design, no two states the same: word, icon and shape, colour only repeats them.
STATUS_ICONS = {
    "draft": "circle",
    "sent": "arrow-right-circle-fill",
    "asked": "question-diamond",
    "review": "eye-fill",
    "info": "question-diamond-fill",
    "signed": "check-circle-fill",
    "read": "check2-all",
    "frozen": "snow",
    "stopped": "pause-circle",
    "now": "exclamation-diamond-fill",
    "open": "folder2-open",
    "closed": "archive",
    "declined": "dash-circle",
    "withdrawn": "x-circle",
    "discarded": "trash",
    "owed": "hourglass-split",
    "reviewed": "clipboard-check",
}
NOTE_ICONS = {
    "info": "info-circle",
    "warning": "exclamation-triangle-fill",
    "danger": "exclamation-diamond-fill",
    "success": "check-circle-fill",
}
THEMES = ("light", "dark", "system")


@register.filter
def clinical_date(value: date | None) -> str:
    """05 Nov 2026; nothing for None."""
    return dates.clinical_date(value) if value else ""


@register.filter
def clinical_datetime(value: datetime | None, zone: str = "") -> str:
    """05 Nov 2026 14:30; with the argument "zone" also CET."""
    return dates.clinical_datetime(value, zone=zone == "zone") if value else ""


@register.filter
def clinical_time(value: datetime | None, zone: str = "") -> str:
    """14:30; with the argument "zone" also CET."""
    return dates.clinical_time(value, zone=zone == "zone") if value else ""


@register.filter
def partial_date(value: object) -> str:
    """05 Nov 1956, Nov 1956 or 1956, from anything with year, month and day; nothing for None."""
    known = dates.as_partial(value)
    return dates.partial_text(known) if known else ""


@register.filter
def slice_key(value: object) -> str:
    """The last eight characters of a key, which tell two keys apart."""
    return str(value)[-8:]


@register.filter
def age(value: object, on: date | None = None) -> str:
    """The age in words, from a whole or partial birth date, on a day (today by the system's clock)."""
    known = dates.as_partial(value)
    if known is None:
        return ""
    on = on or clock.now()
    return dates.age_text(known, on.date() if isinstance(on, datetime) else on)


@register.filter
def partial_iso(value: object) -> str:
    """1956, 1956-11 or 1956-11-05, for machines."""
    known = dates.as_partial(value)
    return known.isoformat() if known else ""


@register.simple_tag
def when(value: datetime | date | None, zone: str = "") -> SafeString:
    """A moment or a day as <time>, readable for people and machines."""
    if value is None:
        return SafeString("")
    if isinstance(value, datetime):
        text = dates.clinical_datetime(value, zone=zone == "zone")
    else:
        text = dates.clinical_date(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """A Bootstrap icon: decoration without a label, a named picture with one."""
    classes = f"bi bi-{name} {css}".strip()
    if label:
        return format_html('<i class="{}" role="img" aria-label="{}"></i>', classes, label)
    return format_html('<i class="{}" aria-hidden="true"></i>', classes)


@register.inclusion_tag("components/status_tag.html")
def status_tag(kind: str, label: str, quiet: bool = False) -> dict[str, object]:
    """A status: `kind` is one of STATUS_ICONS, `label` its translated word; `quiet` in table rows."""
    return {"kind": kind, "label": label, "icon_name": STATUS_ICONS[kind], "quiet": quiet}


@register.inclusion_tag("components/priority.html")
def priority(code: str) -> dict[str, object]:
    """Urgent or frozen section. Routine has no mark at all."""
    return {"code": str(code)}


@register.inclusion_tag("components/due.html")
def due(text: str, share: float = 0, state: str = "") -> dict[str, object]:
    """When it is due: words, how much of the time is used (0 to 100), and soon, over, hold or done."""
    return {"text": text, "width": _percent(share), "state": state}


@register.inclusion_tag("components/progress.html")
def progress(value: float, label: str, tone: str = "") -> dict[str, object]:
    """A bar of 0 to 100 with its meaning in words; tone is now, ok or mute."""
    return {"width": _percent(value), "label": label, "tone": tone}


@register.inclusion_tag("components/avatar.html")
def avatar(name: str, kind: str = "person", size: str = "") -> dict[str, object]:
    """Initials: round for a person, square for an organisation (kind="organisation"); size is "" or "sm"."""
    return {"initials": initials(name), "kind": kind, "size": size}


@register.inclusion_tag("components/who.html")
def who(name: str, detail: str = "", kind: str = "person") -> dict[str, object]:
    """An avatar with the name and one line below it."""
    return {"name": name, "detail": detail, "kind": kind}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm, title: str = "") -> dict[str, object]:
    """Everything that is wrong in the forms given, each line a link to its field; nothing while all is well."""
    return {"errors": list(_errors(forms)), "title": title}


@register.inclusion_tag("components/key_hint.html")
def key_hint(keys: str, label: str = "") -> dict[str, object]:
    """Keys to press, separated by spaces ("J K"), and what they do."""
    return {"keys": keys.split(), "label": label}


@register.simple_block_tag
def note(content: str, kind: str = "info", title: str = "") -> SafeString:
    """{% note kind="warning" title=... %}...{% endnote %}: info, warning, danger or success."""
    context = {"content": content, "kind": kind, "title": title, "icon_name": NOTE_ICONS.get(kind, "info-circle")}
    return render_to_string("components/note.html", context)


@register.simple_block_tag
def card(content: str, title: str = "", aside: str = "", flush: bool = False, css: str = "") -> SafeString:
    """{% card title=... %}...{% endcard %}: `aside` at the right of the title, `flush` for a table without padding."""
    context = {"content": content, "title": title, "aside": aside, "flush": flush, "css": css}
    return render_to_string("components/card.html", context)


@register.simple_block_tag
def datatable(content: str, caption: str, keys: bool = False, tall: bool = False) -> SafeString:
    """{% datatable caption=... %}<thead>...<tbody>...{% enddatatable %}; `keys` for J, K, Enter and O."""
    context = {"content": content, "caption": caption, "keys": keys, "tall": tall}
    return render_to_string("components/datatable.html", context)


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> SafeString:
    """{% dialog id=... title=... %}...{% enddialog %}: a native dialog; see static/ui/dialog.mjs."""
    return render_to_string("components/dialog.html", {"content": content, "id": id, "title": title, "wide": wide})


@register.simple_tag(takes_context=True)
def page_attributes(context: template.Context) -> SafeString:
    """The attributes of <html>: theme (so that the first paint is right), who it is for, single-letter keys."""
    chosen = context.get("theme")
    chosen = chosen if chosen in THEMES else "system"
    request = context.get("request")
    actor = context.get("actor")
    return format_html(
        'data-bs-theme="{}" data-theme="{}" data-single-keys="{}" data-person="{}" data-membership="{}"',
        "dark" if chosen == "dark" else "light",
        chosen,
        _single_keys(request),
        getattr(actor, "person", None) or "",
        getattr(actor, "membership", None) or "",
    )


@register.simple_tag
def languages() -> list[dict[str, object]]:
    """The four languages to choose from; the active country variant stands for its language."""
    active = get_language() or settings.LANGUAGE_CODE
    choices: dict[str, dict[str, object]] = {}
    for code, _name in settings.LANGUAGES:
        base = code.split("-")[0]
        current = code == active
        if base not in choices or current:
            name = get_language_info(base)["name_local"].capitalize()
            choices[base] = {"code": code, "short": base.upper(), "name": name, "base": base, "current": current}
    return list(choices.values())


@register.simple_tag
def csrf_cookie_name() -> str:
    """Where the scripts find the current token, also after somebody signed in again in another tab."""
    return settings.CSRF_COOKIE_NAME


@register.simple_tag
def request_id() -> str:
    """The number of this request, which support asks for; '' outside a request."""
    return current.get()


def initials(name: str) -> str:
    """Two letters: of the first and the last word that start with a capital, titles left out."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha() and word.strip(".") not in TITLES]
    named = [word for word in words if word[:1].isupper()] or words
    if not named:
        return "?"
    return (named[0][:2] if len(named) == 1 else named[0][0] + named[-1][0]).upper()


TITLES = {"Dr", "Prof", "Mr", "Mrs", "Ms", "Mme", "M", "dr", "prof"}


def _single_keys(request: HttpRequest | None) -> str:
    """What the person has chosen; for somebody who is not signed in, what this browser was told."""
    if request is None:
        return "on"
    chosen = getattr(getattr(request, "user", None), "single_key_shortcuts", None)
    return "off" if chosen is False or (chosen is None and request.COOKIES.get(cookie("keys")) == "off") else "on"


def _percent(value: float) -> str:
    """A length for an SVG attribute: never localised, never outside 0 to 100."""
    return f"{min(100.0, max(0.0, float(value))):.0f}%"


def _errors(forms: Iterable[BaseForm]) -> Iterable[dict[str, str]]:
    """Each error with the id of the control to jump to; '' for what belongs to no field.

    A form that is one of several alike says in `place` which one it is: the same words may stand there twice.
    """
    for form in forms:
        place = getattr(form, "place", "")
        for error in form.non_field_errors():
            text = _("%(label)s: %(error)s") % {"label": place, "error": error} if place else str(error)
            yield {"text": text, "target": ""}
        for bound in form:
            target = getattr(bound, "focus_id", bound.id_for_label)
            for error in bound.errors:
                label = str(bound.label).rstrip(" .:?!\u00a0")
                if place:
                    label = _("%(place)s, %(label)s") % {"place": place, "label": label}
                text = _("%(label)s: %(error)s") % {"label": label, "error": error}
                yield {"text": text, "target": "" if bound.is_hidden else target}
