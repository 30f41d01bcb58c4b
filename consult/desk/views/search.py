"""The page of results, and the palette's answers. What was typed is in no address: it comes by POST and stays here."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.doors import member_required, the_actor
from consult.desk.search import kept
from consult.desk.search.kinds import LONGEST, Kind, is_searched, kinds_for, search

IN_PALETTE, OF_EACH, ON_PAGE = 5, 8, 25
TOO_SHORT = _("Type at least two letters or digits.")


class SearchForm(forms.Form):
    """The box. The browser keeps nothing of it, and sends it to no spelling service."""

    text = forms.CharField(
        label=_("Search"),
        max_length=LONGEST,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": TOO_SHORT},
    )

    def clean_text(self) -> str:
        """The text, where it is long enough."""
        text: str = self.cleaned_data["text"]
        if not is_searched(text):
            raise forms.ValidationError(TOO_SHORT)
        return text


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def start(request: HttpRequest) -> HttpResponse:
    """The empty page, and from it (or from the box without scripts) to the results."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("desk:results", kept.keep(request.session, form.cleaned_data["text"]))
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/search.html", {"form": form}, status=status)


@require_GET
@member_required
def results(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """What a search of this session finds now: the first of each kind, or the pages of one kind."""
    actor = the_actor(request)
    found = kept.kept(request.session, search_id)
    if found is None:
        context = {"form": SearchForm(), "is_forgotten": True}
        return render(request, "desk/search.html", context)
    kinds = kinds_for(actor)
    kind = next((each for each in kinds if each.name == request.GET.get("kind")), None)
    page = _page(request) if kind else 1
    after = found.after(kind.name, page) if kind else None
    page = page if after else 1
    groups = search(
        actor,
        found.text,
        by="page",
        size=ON_PAGE if kind else OF_EACH,
        kinds=[kind.name] if kind else (),
        after=after,
    )
    more = bool(kind and groups and groups[0].after)
    if kind and groups and groups[0].after:
        kept.keep_end(request.session, search_id, kind.name, page, groups[0].after)
    context = {
        "form": SearchForm(initial={"text": found.text}),
        "search_id": search_id,
        "groups": groups,
        "tabs": _tabs(search_id, kinds, kind),
        "kind": kind,
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if more else None,
    }
    return render(request, "desk/search.html", context)


def _tabs(search_id: UUID, kinds: list[Kind], chosen: Kind | None) -> list[dict[str, object]]:
    here = reverse("desk:results", args=[search_id])
    tabs: list[dict[str, object]] = [{"label": _("Everything"), "url": here, "active": chosen is None}]
    for kind in kinds:
        tabs.append({"label": kind.label, "url": f"{here}?kind={kind.name}", "active": kind is chosen})
    return tabs


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


@require_POST
@member_required
def palette(request: HttpRequest) -> HttpResponse:
    """The few best of each kind as options of a list box, for static/desk/palette.mjs."""
    text = request.POST.get("text", "")[:LONGEST]
    groups = search(the_actor(request), text, by="palette", size=IN_PALETTE)
    context = {"groups": groups, "is_short": not is_searched(text), "count": sum(len(each.hits) for each in groups)}
    return render(request, "desk/_palette.html", context)
