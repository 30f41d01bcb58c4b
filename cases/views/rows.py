"""The quick rows of material on a page: adding and removing one, and what the notation box adds."""

from typing import Any

from django.http import QueryDict

from cases import notation
from cases.forms.material import MaterialRowForm, MaterialRows, NotationForm, as_initial
from cases.forms.rows import Rows, change, is_empty, typed_rows
from core import terms

MATERIAL = "material"


def material_step(data: QueryDict, step: str) -> dict[str, Any]:
    """The rows after a button, as context for cases/_material_rows.html; everything typed is kept as it was."""
    rows = typed_rows(MaterialRowForm, data, MATERIAL)
    text = data.get("notation", "")
    problems: list[notation.Problem] = []
    if step == "notation":
        new, problems = notation.parse(text)
        rows = [row for row in rows if not is_empty(row)] + as_initial(new)
        text = ", ".join(problem.text for problem in problems)
    else:
        rows = change(rows, MATERIAL, step)
    shown = MaterialRows(initial=rows, prefix=MATERIAL)
    box = NotationForm(initial={"notation": text})
    if step == "notation":
        box.fields["notation"].widget.attrs["autofocus"] = True
    elif step == f"add:{MATERIAL}":
        shown.forms[-1].fields["part"].widget.attrs["autofocus"] = True
    context = material_context(shown, box)
    return {**context, "unread": problems, "focus_add_row": step.startswith(f"remove:{MATERIAL}")}


def material_context(rows: Rows, box: NotationForm | None = None) -> dict[str, Any]:
    """What cases/_material_rows.html needs."""
    return {"rows": rows, "notation": box or NotationForm(), **offered()}


def offered() -> dict[str, Any]:
    """What cases/_lists.html offers while a code is typed."""
    return {"stains": terms.items("stains"), "specimen_types": terms.items("specimen_types")}
