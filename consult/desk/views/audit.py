"""The privacy officer's pages: finding a patient by a whole number, searching the audit, taking entries out."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.doors import member_required, the_actor
from cases import paging
from cases.importing.template import safe
from cases.trail import find_patients, numbers_of
from cases.trail_words import lines
from consult.desk.audit_names import EXPORTED, PATIENT_FOUND
from consult.desk.audit_search import Search, export, find, must_search
from consult.desk.forms import ExportForm, FindForm, SearchForm
from core.actor import Actor
from core.audit.own_names import LISTED
from core.audit.record import record
from core.errors import Invalid


@member_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """A page of what the laboratory did and of what others did with its cases."""
    actor = the_actor(request)
    must_search(actor)
    return _show(request, actor, SearchForm(request.GET))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def find_patient(request: HttpRequest) -> HttpResponse:
    """Go to who looked at the patient with this number. A GET, from switching the language, leads to the search."""
    actor = the_actor(request)
    must_search(actor)
    if request.method != "POST":
        return redirect("desk:audit")
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
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest) -> HttpResponse:
    """The entries found, for a spreadsheet, with the reason on record. More than a spreadsheet bears are refused."""
    actor = the_actor(request)
    must_search(actor)
    if request.method != "POST":
        return redirect("desk:audit")
    form = ExportForm(request.POST, request=request)
    if not form.is_valid():
        return _show(request, actor, SearchForm(request.POST), export_form=form, status=422)
    try:
        return _file(actor, form)
    except Invalid as refusal:
        form.add_error("reason", refusal.message)
        return _show(request, actor, SearchForm(request.POST), export_form=form, status=422)


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


def _show(request: HttpRequest, actor: Actor, form: SearchForm, status: int = 200, **more: Any) -> HttpResponse:
    wanted = form.search()
    after = paging.decode(request.GET.get("after", ""))
    found = find(actor, wanted, after)
    leave_a_row(actor, wanted, len(found.rows))
    here = reverse("desk:audit")
    kept = {name: value for name, value in form.data.items() if name in form.fields and value}
    context = {
        "form": form,
        "find_form": FindForm(),
        "export_form": ExportForm(initial=form.cleaned_data, request=request),
        "lines": lines(actor, found.rows, numbers=numbers_of(actor, found.rows), grouped=False),
        "is_filtered": bool(kept),
        "narrowed": [name for name in ("patient", "case") if getattr(wanted, name)],
        "here": here,
        "first_url": f"{here}?{urlencode(kept)}" if after else "",
        "older_url": f"{here}?{urlencode({**kept, 'after': paging.encode(found.after)})}" if found.after else "",
    }
    return render(request, "desk/audit.html", context | more, status=status)


def leave_a_row(actor: Actor, wanted: Search, shown: int) -> None:
    """Reading the record is recorded, with keys and codes and without what was typed."""
    facts: dict[str, object] = {"filter": wanted.codes(), "shown": shown}
    record(actor, LISTED, object_kind="audit", case=wanted.case, patient=wanted.patient, facts=facts)
