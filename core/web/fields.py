"""Form fields that cannot be misread: dates, whole and partial, as day, month and year; choices as cards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.web.dates import PartialDate, as_partial

OLDEST_YEAR = 1850


class PartialDateWidget(forms.MultiWidget):
    """Three labelled boxes: day, month, year. In this order in every language, and never one string to misread."""

    template_name = "components/widgets/partial_date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            widgets={
                "day": forms.TextInput({**number, "maxlength": 2}),
                "month": forms.TextInput({**number, "maxlength": 2}),
                "year": forms.TextInput({**number, "maxlength": 4}),
            },
            attrs=attrs,
        )

    def decompress(self, value: Any) -> list[int | None]:
        """Day, month, year of a PartialDate, a date, or a mapping."""
        known = as_partial(value)
        return [known.day, known.month, known.year] if known else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the label of each box."""
        context = super().get_context(name, value, attrs)
        labels = (_("Day"), _("Month"), _("Year"))
        for part, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            part["label"] = label
        return context


class PartialDateField(forms.MultiValueField):
    """A date whose day, or day and month, may be unknown; cleans to a PartialDate or None.

    `not_after` gives the last day allowed (today for a birth date): pass a callable, so that it is asked at each use.
    """

    widget = PartialDateWidget

    def __init__(self, *, not_after: Callable[[], date] | None = None, **kwargs: Any) -> None:
        self.not_after = not_after
        fields = (
            forms.IntegerField(
                required=False,
                min_value=1,
                max_value=31,
                error_messages=_the_same(gettext_lazy("The day is a number from 1 to 31.")),
            ),
            forms.IntegerField(
                required=False,
                min_value=1,
                max_value=12,
                error_messages=_the_same(gettext_lazy("The month is a number from 1 to 12.")),
            ),
            forms.IntegerField(
                required=False,
                min_value=OLDEST_YEAR,
                max_value=9999,
                error_messages=_the_same(gettext_lazy("The year has four digits, for example 1956.")),
            ),
        )
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[int | None]) -> PartialDate | None:
        """The known parts together. Raises ValidationError with what is missing or impossible."""
        day, month, year = [*data_list, None, None, None][:3]
        if day is None and month is None and year is None:
            return None
        if year is None:
            raise ValidationError(_("Enter the year as well."), code="year_missing")
        if day is not None and month is None:
            raise ValidationError(_("Enter the month as well, or leave out the day."), code="month_missing")
        try:
            value = PartialDate(year, month, day)
        except ValueError as error:
            raise ValidationError(_("This day does not exist in that month."), code="no_such_day") from error
        if self.not_after is not None and value.earliest > self.not_after():
            raise ValidationError(_("This date lies in the future."), code="future")
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other parts were typed than were there."""
        known = as_partial(initial) if not isinstance(initial, (list, tuple)) else None
        return super().has_changed(PartialDateWidget().decompress(known) if known else None, data)


class DateField(PartialDateField):
    """A whole date in the same three boxes; cleans to a date or None. The browser's own date field follows the
    browser's language and not the page's, so 05/11 could be either."""

    def compress(self, data_list: Sequence[int | None]) -> date | None:  # type: ignore[override]  # a field of its own
        """The date. Raises ValidationError where a part is missing or there is no such day."""
        parts = [*data_list, None, None, None][:3]
        if any(parts) and not all(parts):
            raise ValidationError(_("Enter the day, the month and the year."), code="not_whole")
        value = super().compress(parts)
        return value.earliest if value else None


class ChoiceCards(forms.RadioSelect):
    """Radio buttons as cards, each with one line of help. `help` maps a value to its line; `columns` is 1 to 4."""

    template_name = "components/widgets/choice_cards.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        help: Mapping[str, object] | None = None,
        columns: int = 2,
    ) -> None:
        super().__init__(attrs=attrs, choices=choices)
        self.help = dict(help or {})
        self.columns = columns

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the number of columns."""
        context = super().get_context(name, value, attrs)
        context["widget"]["columns"] = self.columns
        return context

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the line of help."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["help"] = self.help.get(str(value), "")
        return option


def _the_same(message: Any) -> dict[str, Any]:
    """One sentence for every way a number can be wrong."""
    return {"invalid": message, "min_value": message, "max_value": message}
