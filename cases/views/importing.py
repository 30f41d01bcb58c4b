"""Import cases from a CSV file: upload, look at every problem, import. The file stays on the server in between."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.doors import member_required, the_actor
from cases.actions.import_cases import import_cases, imported
from cases.banner import birth_words, number_words
from cases.importing import columns, store
from cases.importing.check import Plan, check, counted
from cases.importing.table import MOST_BYTES, MOST_ROWS, Table, UnreadableTable, read
from cases.importing.template import SEPARATORS
from cases.importing.template import template as empty_file
from cases.policy import may_register
from core import terms
from core.actor import Actor
from core.errors import Forbidden, Invalid

SEPARATOR_WORDS = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
}


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        widget=forms.FileInput({"accept": ".csv,text/csv,text/plain"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )


@member_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a file; the columns are explained here."""
    actor = _entering(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                if file.size > MOST_BYTES:
                    raise UnreadableTable(_("The file is larger than 5 MB. Split it into several files."))
                content = file.read()
                read(content)
            except UnreadableTable as error:
                form.add_error("file", str(error))
            else:
                return redirect("cases:import_preview", store.keep(actor, content, get_language() or "en"))
    context = {"form": form, "columns": _explained(), "languages": _languages(), "most_rows": MOST_ROWS}
    return render(request, "cases/import.html", context, status=status)


@member_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Everything the file would do and everything that is wrong with it; importing it when nothing is."""
    actor = _entering(request)
    if (count := imported(actor, import_id)) is not None:
        return render(request, "cases/import_done.html", {"count": count})
    file = store.kept(actor, import_id)
    if file is None:
        return render(request, "cases/import_gone.html", status=410)
    table = read(file.content)
    plan = check(actor, table, file.language)
    if request.method == "GET" or plan.problems:
        return _preview(request, table, plan, 422 if request.method == "POST" else 200)
    try:
        count = import_cases(actor=actor, import_id=import_id, cases=plan.cases)
    except Invalid as refusal:
        context = {"refused": [(row, text) for row, text in refusal.fields.items()]}
        return _preview(request, table, plan, 422, **context)
    store.forget(import_id)
    messages.success(
        request, ngettext("%(count)s case is imported.", "%(count)s cases are imported.", count) % {"count": count}
    )
    return redirect("cases:list")


@member_required
@require_GET
def template(request: HttpRequest, language: str) -> HttpResponse:
    """The empty file in one of the four languages."""
    _entering(request)
    if language not in SEPARATORS:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="cases-{language}.csv"'}
    return HttpResponse(empty_file(language), content_type="text/csv; charset=utf-8", headers=headers)


def _entering(request: HttpRequest) -> Actor:
    actor = the_actor(request)
    if not may_register(actor):
        raise Forbidden(_("Your role does not enter cases."))
    return actor


def _preview(request: HttpRequest, table: Table, plan: Plan, status: int, **context: object) -> HttpResponse:
    language = get_language() or "en"
    wrong = {problem.line for problem in plan.problems}
    rows = [
        {
            "line": each.line,
            "case": each.case,
            "organ_system": terms.label("organ_systems", each.case.organ_system) if each.case.organ_system else "",
            "patient": each.patient,
            "birth": birth_words(each.patient.birth) if each.patient.birth else "",
            "number": number_words(each.patient.identifiers[0].system, each.patient.identifiers[0].value),
            "is_known": each.patient_id is not None,
            "slides": len(each.material.slides),
            "is_wrong": each.line in wrong,
            "typed": line.cells,
        }
        for each, line in zip(plan.cases, table.lines, strict=True)
    ]
    problems = [
        {"line": each.line, "column": columns.label(each.column, language), "message": each.message}
        for each in plan.problems
    ]
    context |= {
        "table": table,
        "separator": SEPARATOR_WORDS.get(table.separator, table.separator),
        "rows": rows,
        "problems": problems,
        "lines": _by_problem(problems),
        "counted": counted(plan),
    }
    return render(request, "cases/import_preview.html", context, status=status)


def _by_problem(problems: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One line for each thing that is wrong, with the numbers of its rows, in the order of the first of them."""
    rows: dict[tuple[str, str], list[str]] = {}
    for each in problems:
        rows.setdefault((each["column"], each["message"]), []).append(str(each["line"]))
    return [
        {"rows": ", ".join(dict.fromkeys(numbers)), "column": column, "message": message}
        for (column, message), numbers in rows.items()
    ]


def _explained() -> list[dict[str, object]]:
    language = get_language() or "en"
    return [
        {
            "label": columns.label(column.name, language),
            "name": column.name,
            "help": column.help,
            "example": column.example_in(language),
            "required": column.required,
        }
        for column in columns.COLUMNS
    ]


def _languages() -> list[tuple[str, str]]:
    return [("en", "English"), ("nl", "Nederlands"), ("fr", "Français"), ("sv", "Svenska")]
