"""Rows of small forms that are added and removed by buttons: everything is sent back as it was typed, nothing judged.

A row that was left empty counts for nothing. The same buttons work with htmx, without any script, and by keyboard.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _

MOST_ROWS = 200

# A formset takes its type of form in the stubs only.
if TYPE_CHECKING:
    _FormSet = BaseFormSet[forms.Form]
else:
    _FormSet = BaseFormSet


class RowForm(forms.Form):
    """One row. `number` is its place on the page, from 1."""

    number = 0

    @property
    def place(self) -> str:
        """Which row it is, for the error summary."""
        return _("Row %(row)s") % {"row": self.number}


class Rows(_FormSet):
    """A formset of RowForms without initial rows in Django's sense: every row may be left empty."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Tells each row its number, too."""
        super().add_fields(form, index)
        if isinstance(form, RowForm) and index is not None:
            form.number = index + 1

    def initial_form_count(self) -> int:
        """None: what was typed before stands in the rows like anything else."""
        return 0

    def total_form_count(self) -> int:
        """As many as were sent, or as there are to show, at least one."""
        if self.is_bound:
            return super().total_form_count()
        return max(1, len(self.initial or ()))

    def filled(self) -> list[dict[str, Any]]:
        """The cleaned rows in which something was typed, with their place as `row`. Call after is_valid."""
        return [{**form.cleaned_data, "row": number} for number, form in enumerate(self.forms) if form.has_changed()]


def rows_of(form: type[RowForm]) -> type[Rows]:
    """The class of rows of this form."""
    made = formset_factory(form, formset=Rows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    return cast(type[Rows], made)


def typed(form: type[forms.Form], data: QueryDict, prefix: str = "") -> dict[str, Any]:
    """What was typed into a form, as initial values for showing it once more, unjudged.

    A field that was not on the page is left out: it shows what it shows on a fresh page.
    """
    names = {name: f"{prefix}-{name}" if prefix else name for name in form.base_fields}
    sent = {name: field.widget.value_from_datadict(data, {}, names[name]) for name, field in form.base_fields.items()}
    return {name: value for name, value in sent.items() if value is not None}


def typed_rows(form: type[forms.Form], data: QueryDict, prefix: str) -> list[dict[str, Any]]:
    """What was typed into each row."""
    sent = data.get(f"{prefix}-TOTAL_FORMS", "0")
    count = min(int(sent), MOST_ROWS) if sent.isdecimal() and len(sent) < 10 else 0
    return [typed(form, data, f"{prefix}-{number}") for number in range(count)]


def is_empty(row: Mapping[str, Any]) -> bool:
    """Whether nothing was typed into the row."""
    return not any(value for value in row.values())


def change(rows: Sequence[dict[str, Any]], prefix: str, step: str) -> list[dict[str, Any]]:
    """The rows after a button: `add:<prefix>` appends an empty one, `remove:<prefix>-<number>` takes one away."""
    changed = list(rows)
    if step == f"add:{prefix}":
        changed.append({})
    elif step.startswith(f"remove:{prefix}-"):
        number = step.removeprefix(f"remove:{prefix}-")
        if number.isdecimal() and len(number) < 10 and int(number) < len(changed):
            del changed[int(number)]
    return changed
