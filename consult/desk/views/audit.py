"""The privacy officer's pages: finding a patient by a whole number, searching the audit, taking entries out."""

import csv
import io
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import member_required, the_actor
from cases import paging
from cases.importing.template import safe
from cases.trail import find_patients, numbers_of
from cases.trail_words import lines
from consult.desk.audit_names import EXPORTED, PATIENT_FOUND
from consult.desk.audit_search import Search, export, find, must_search
from consult.desk.forms import ExportForm, FindForm, SearchForm
from consult.desk.search import kept
from core.actor import Actor
from core.audit.own_names import LISTED
from core.audit.record import record
from core.errors import Invalid
from core.web.posted import posted_from

KEPT = "search"  # where an address holds the id of the name that was typed
CODES = [name for name in SearchForm.base_fields if name != "person"]


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """A page of what the laboratory did and of what others did with its cases; a POST leads to its address.

    A name that is typed may be a patient's: the session keeps it, and the address holds its id beside keys and codes.
    """
    actor = the_actor(request)
    must_search(actor)
    if request.method == "POST":
        form = SearchForm(request.POST)
        if not form.is_valid():
            return _show(request, actor, form, status=422)
        return redirect(_address(form, _keep(request, form)))
    found, data = _kept(request), request.GET.copy()
    data["person"] = found.text if found else ""
    if data.get(KEPT) and not found:
        messages.info(request, _("What you searched for is kept for your session only. Type it again."))
        return redirect(_address(SearchForm(data)))
    return _show(request, actor, SearchForm(data), search_id=data.get(KEPT, ""))


@member_required
@posted_from("desk:audit")
def find_patient(request: HttpRequest) -> HttpResponse:
    """Go to who looked at the patient with this number."""
    actor = the_actor(request)
    must_search(actor)
    form = FindForm(request.POST)
    found = find_patients(actor, form.cleaned_data["number"]) if form.is_valid() else []
    if form.is_valid():
        facts: dict[str, object] = {"by": "number", "found": len(found)}
        one = found[0] if len(found) == 1 else None
        record(actor, PATIENT_FOUND, object_kind="patient", object_id=one or "", patient=one, facts=facts)
    if len(found) == 1:
        return redirect("desk:looked", found[0])
    if form.is_valid() and not found:
        form.add_error("number", _("Your laboratory has no patient and no case with exactly this number."))
    several = [{"url": reverse("desk:looked", args=[each]), "key": each.hex[-8:]} for each in found]
    return _show(request, actor, SearchForm({}), find_form=form, several=several, status=200 if several else 422)


@member_required
@posted_from("desk:audit")
def take_out(request: HttpRequest) -> HttpResponse:
    """The entries found, for a spreadsheet, with the reason on record. More than a spreadsheet bears are refused."""
    actor = the_actor(request)
    must_search(actor)
    form = ExportForm(request.POST, request=request)
    if not form.is_valid():
        return _found_again(request, actor, form)
    try:
        return _file(actor, form)
    except Invalid as refusal:
        form.add_error("reason", refusal.message)
        return _found_again(request, actor, form)


def _found_again(request: HttpRequest, actor: Actor, export_form: ExportForm) -> HttpResponse:
    """What was found, and why it was not taken out."""
    found = SearchForm(request.POST)
    return _show(request, actor, found, search_id=_keep(request, found), export_form=export_form, status=422)


def _file(actor: Actor, form: ExportForm) -> HttpResponse:
    wanted = form.search()
    rows = export(actor, wanted)
    facts: dict[str, object] = {"filter": wanted.codes(), "entries": len(rows) - 1, "form": "csv"}
    reason = form.cleaned_data["reason"]
    record(actor, EXPORTED, object_kind="audit", case=wanted.case, patient=wanted.patient, reason=reason, facts=facts)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([safe("" if cell is None else str(cell)) for cell in row] for row in rows)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


def _keep(request: HttpRequest, form: SearchForm) -> str:
    """Keep the name that was typed in the session; the id it is kept under, '' where there is none."""
    name = form.search().person
    return str(kept.keep(request.session, name)) if name else ""


def _kept(request: HttpRequest) -> kept.Search | None:
    """What this session keeps under the id in the address."""
    try:
        return kept.kept(request.session, UUID(request.GET.get(KEPT, "")))
    except ValueError:
        return None


def _address(form: SearchForm, search_id: str = "", after: str = "") -> str:
    """Of a page of entries: keys, codes and days, and never what was typed."""
    form.is_valid()
    chosen = {name: str(form.cleaned_data[name]) for name in CODES if form.cleaned_data.get(name)}
    query = urlencode({**chosen, **({KEPT: search_id} if search_id else {}), **({"after": after} if after else {})})
    here = reverse("desk:audit")
    return f"{here}?{query}" if query else here


def _show(
    request: HttpRequest, actor: Actor, form: SearchForm, *, search_id: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    wanted = form.search()
    after = paging.decode(request.GET.get("after", ""))
    found = find(actor, wanted, after)
    leave_a_row(actor, wanted, len(found.rows))
    context = {
        "form": form,
        "find_form": FindForm(),
        "export_form": ExportForm(initial=form.cleaned_data, request=request),
        "lines": lines(actor, found.rows, numbers=numbers_of(actor, found.rows), grouped=False),
        "is_filtered": any(form.data.get(name) for name in form.fields),
        "narrowed": [name for name in ("patient", "case") if getattr(wanted, name)],
        "here": reverse("desk:audit"),
        "first_url": _address(form, search_id) if after else "",
        "older_url": _address(form, search_id, paging.encode(found.after)) if found.after else "",
    }
    return render(request, "desk/audit.html", context | more, status=status)


def leave_a_row(actor: Actor, wanted: Search, shown: int) -> None:
    """Reading the record is recorded, with keys and codes and without what was typed."""
    facts: dict[str, object] = {"filter": wanted.codes(), "shown": shown}
    record(actor, LISTED, object_kind="audit", case=wanted.case, patient=wanted.patient, facts=facts)
