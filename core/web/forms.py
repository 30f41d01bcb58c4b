"""Every form in Consilium's look: FORM_RENDERER points here, so `{{ form }}` and `{{ field.as_field_group }}` fit.

Bootstrap's classes are put on by the bound field and not by each form, so no form knows the style sheet.
"""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)
SELECTS = (forms.Select, forms.SelectMultiple)


class BoundField(forms.BoundField):
    """A field on its form, with the classes and the help that the look needs."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Adds form-control, form-select or form-check-input, and is-invalid where there is an error."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return attrs
        if isinstance(widget, CHECKS):
            own = "form-check-input"
        elif isinstance(widget, SELECTS):
            own = "form-select"
        else:
            own = "form-control"
        given = str(attrs.get("class") or widget.attrs.get("class") or "")
        attrs["class"] = " ".join(part for part in (given, own, "is-invalid" if self.errors else "") if part)
        return attrs

    @property
    def focus_id(self) -> str:
        """The id of the control that an error summary jumps to: of the first one where there are several."""
        widget_id = self.field.widget.attrs.get("id") or self.auto_id
        return f"{widget_id}_0" if self.use_fieldset else str(widget_id)

    @property
    def is_needed_sometimes(self) -> bool:
        """Whether the form's own words say when this is needed, so that "(optional)" beside it would mislead."""
        return self.name in getattr(self.form, "needed_sometimes", ())

    @property
    def kind(self) -> str:
        """How the field's template lays it out: check, choices, parts or plain."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return "cards" if hasattr(widget, "columns") else "choices"
        return "parts" if self.use_fieldset else "plain"


class Renderer(TemplatesSetting):
    """Finds form templates in templates/django/forms and binds fields in our way."""

    bound_field_class = BoundField
