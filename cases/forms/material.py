"""The quick rows of material: part, type, site, block, stain, level; and corrections of what is there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import codes
from cases.actions.correct_material import (
    BlockCorrection,
    MaterialCorrections,
    PartCorrection,
    SlideCorrection,
)
from cases.forms.rows import RowForm, Rows, rows_of
from cases.material import Known, Material, build
from cases.notation import Row
from cases.queries import PartLine
from core import terms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class CodeField(forms.CharField):
    """A code of a list, typed as the code or as its label in any language; the list is offered while typing."""

    def __init__(self, list_name: str, **kwargs: Any) -> None:
        self.list_name = list_name
        kwargs.setdefault("widget", forms.TextInput({"list": list_name.replace("_", "-"), "autocomplete": "off"}))
        super().__init__(max_length=100, **kwargs)

    def clean(self, value: Any) -> str:
        """The code. Raises ValidationError with what was probably meant."""
        text = super().clean(value)
        if not text:
            return ""
        code = codes.resolve(self.list_name, text)
        if code is None:
            raise ValidationError(codes.question(self.list_name, text))
        return code

    def prepare_value(self, value: Any) -> Any:
        """A code is shown by its label."""
        return terms.label(self.list_name, value) if isinstance(value, str) and value else value


def _short(label: Any, longest: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, widget=forms.TextInput({"autocomplete": "off"}), **kwargs)


class MaterialRowForm(RowForm):
    """One line: a part, perhaps with its type and site, perhaps a block, perhaps one slide."""

    part = _short(gettext_lazy("Part"), 10)
    type = CodeField("specimen_types", label=gettext_lazy("Type"), required=False)
    site = _short(gettext_lazy("Site"), 200, required=False)
    block = _short(gettext_lazy("Block"), 10, required=False)
    stain = CodeField("stains", label=gettext_lazy("Stain"), required=False)
    level = _short(gettext_lazy("Level"), 10, required=False)
    label = _short(gettext_lazy("Slide label"), 30, required=False)

    @property
    def place(self) -> str:
        """The row and the part that was typed into it."""
        part = str(self["part"].value() or "").strip()
        return _("Row %(row)s, part %(part)s") % {"row": self.number, "part": part} if part else super().place


MaterialRows = rows_of(MaterialRowForm)
COLUMNS = ("part", "type", "site", "block", "stain", "level", "label")


class NotationForm(forms.Form):
    """Material as people write it down."""

    notation = forms.CharField(
        label=gettext_lazy("Write it down"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("For example: A1 HE, CK5 x2, A2 HE L3; B HE. Then press Enter."),
        widget=forms.TextInput({"autocomplete": "off", "data-enter-clicks": "add-notation"}),
    )


def material_of(rows: Rows, known: Known | None = None) -> Material:
    """The material of the filled rows, with every problem put on its field. Call after is_valid."""
    filled = rows.filled()
    material = build([Row(**{name: row[name] for name in COLUMNS}) for row in filled], known)
    for number, column, text in material.problems:
        form = rows.forms[filled[number]["row"]]
        form.add_error(column if column in form.fields else None, text)
    return material


def as_initial(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of the notation as the form shows them."""
    return [{name: getattr(row, name) for name in COLUMNS} for row in rows]


class CorrectionForm(forms.Form):
    """A part, block or slide as it should be."""

    noun: "StrOrPromise" = ""

    @property
    def place(self) -> str:
        """Which one it is, by the label that it has now."""
        return _("%(noun)s %(label)s") % {"noun": self.noun, "label": self.initial["label"]}


class PartForm(CorrectionForm):
    """A part as it should be."""

    noun = gettext_lazy("Part")
    label = _short(gettext_lazy("Part"), 10)
    type = CodeField("specimen_types", label=gettext_lazy("Type"))
    site = _short(gettext_lazy("Site"), 200, required=False)


class BlockForm(CorrectionForm):
    """A block as it should be."""

    noun = gettext_lazy("Block")
    label = _short(gettext_lazy("Block"), 10)


class SlideForm(CorrectionForm):
    """A slide as it should be."""

    noun = gettext_lazy("Slide")
    label = _short(gettext_lazy("Slide label"), 30)
    stain = CodeField("stains", label=gettext_lazy("Stain"))
    level = _short(gettext_lazy("Level"), 10, required=False)
    note = _short(gettext_lazy("What it shows"), 200, required=False)


class CorrectionForms:
    """One small form for each part, block and slide of a case, named by what it corrects."""

    def __init__(self, parts: Sequence[PartLine], data: Any = None) -> None:
        self.parts: dict[UUID, PartForm] = {}
        self.blocks: dict[UUID, BlockForm] = {}
        self.slides: dict[UUID, SlideForm] = {}
        for part in parts:
            first = {"label": part.label, "type": part.type, "site": part.site}
            self.parts[part.id] = PartForm(data, initial=first, prefix=f"parts-{part.id}")
            for block in part.blocks:
                if block.id:
                    label = {"label": block.label}
                    self.blocks[block.id] = BlockForm(data, initial=label, prefix=f"blocks-{block.id}")
                for slide in block.slides:
                    shown = {"label": slide.label, "stain": slide.stain, "level": slide.level, "note": slide.note}
                    self.slides[slide.id] = SlideForm(data, initial=shown, prefix=f"slides-{slide.id}")

    def all(self) -> list[forms.Form]:
        """Every form, in the order of the page's groups."""
        return [*self.parts.values(), *self.blocks.values(), *self.slides.values()]

    def is_valid(self) -> bool:
        """Whether each is."""
        return all([form.is_valid() for form in self.all()])

    def corrections(self) -> MaterialCorrections:
        """What was changed. Call after is_valid."""
        return MaterialCorrections(
            parts=[PartCorrection(key, **form.cleaned_data) for key, form in self.parts.items() if _changed(form)],
            blocks=[BlockCorrection(key, **form.cleaned_data) for key, form in self.blocks.items() if _changed(form)],
            slides=[SlideCorrection(key, **form.cleaned_data) for key, form in self.slides.items() if _changed(form)],
        )


def _changed(form: forms.Form) -> bool:
    return any(form.cleaned_data[name] != form.initial.get(name, "") for name in form.fields)
