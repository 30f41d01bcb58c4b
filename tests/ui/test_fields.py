"""Fields that cannot be misread, and how every field tells what it wants and what is wrong."""

import re
from datetime import date

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from core.web.dates import PartialDate
from core.web.fields import ChoiceCards, DateField, PartialDateField
from core.web.forms import Renderer

TODAY = date(2026, 11, 24)


class Sample(forms.Form):
    """One field of every kind."""

    default_renderer = Renderer
    born = PartialDateField(label="Date of birth", required=False, not_after=lambda: TODAY)
    question = forms.CharField(label="Question", help_text="One sentence.")
    comment = forms.CharField(label="Comment", required=False)
    block = forms.ChoiceField(label="Block", choices=[("", "Choose"), ("A1", "A1")])
    told = forms.ChoiceField(label="Who is told?", choices=[("lab", "Lab"), ("me", "Me")], widget=forms.RadioSelect)
    speed = forms.ChoiceField(
        label="How soon?", choices=[("routine", "Routine")], widget=ChoiceCards(help={"routine": "5 working days"})
    )
    seen = forms.BooleanField(label="I have looked at the labels")


def born(day: str = "", month: str = "", year: str = "") -> Sample:
    return Sample({"born_day": day, "born_month": month, "born_year": year})


def html(template: str, **context: object) -> str:
    with translation.override("en-gb"):
        return Template(template).render(Context(context))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (("5", "11", "1956"), PartialDate(1956, 11, 5)),
        (("", "11", "1956"), PartialDate(1956, 11)),
        (("", "", "1956"), PartialDate(1956)),
        (("", "", ""), None),
    ],
)
def test_a_birth_date_may_be_known_in_part(typed: tuple[str, str, str], value: PartialDate | None) -> None:
    form = born(*typed)
    form.is_valid()
    assert form.cleaned_data["born"] == value


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("5", "11", ""), "Enter the year as well."),
        (("5", "", "1956"), "Enter the month as well, or leave out the day."),
        (("31", "2", "1956"), "This day does not exist in that month."),
        (("5", "13", "1956"), "The month is a number from 1 to 12."),
        (("5", "11", "56"), "The year has four digits, for example 1956."),
        (("five", "11", "1956"), "The day is a number from 1 to 31."),
        (("25", "11", "2026"), "This date lies in the future."),
    ],
)
@pytest.mark.parametrize("locale", ["en-gb", "en"])
def test_a_wrong_birth_date_says_what_is_wrong(typed: tuple[str, str, str], message: str, locale: str) -> None:
    with translation.override(locale):
        assert born(*typed).errors["born"] == [message]


def test_the_day_box_comes_first_in_every_language() -> None:
    for locale in ("en-gb", "nl-be", "fr", "sv"):
        with translation.override(locale):
            rendered = str(Sample()["born"].as_field_group())
        assert re.findall(r'name="(born_\w+)"', rendered) == ["born_day", "born_month", "born_year"]


def test_a_stored_partial_date_fills_its_boxes() -> None:
    rendered = str(Sample(initial={"born": PartialDate(1956, 11)})["born"])
    assert 'value="11"' in rendered
    assert 'value="1956"' in rendered
    assert 'name="born_day" value' not in rendered


def test_a_birth_date_left_as_it_was_has_not_changed() -> None:
    form = Sample({"born_day": "", "born_month": "11", "born_year": "1956"}, initial={"born": PartialDate(1956, 11)})
    assert "born" not in form.changed_data


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (["", "11", "2026"], "Enter the day, the month and the year."),
        (["5", "", "2026"], "Enter the day, the month and the year."),
        (["5", "11", ""], "Enter the day, the month and the year."),
        (["31", "11", "2026"], "This day does not exist in that month."),
        (["11", "25", "2026"], "The month is a number from 1 to 12."),
    ],
)
def test_a_whole_date_needs_all_its_parts(typed: list[str], message: str) -> None:
    with pytest.raises(forms.ValidationError) as refused, translation.override("en-gb"):
        DateField(required=False).clean(typed)
    assert refused.value.messages == [message]


def test_a_whole_date_is_typed_as_a_birth_date_is_in_every_language() -> None:
    """The browser's own date field shows 11/05/2026 on a British page where the browser is American."""
    field = DateField(required=False)
    assert field.clean(["5", "11", "2026"]) == date(2026, 11, 5)
    assert field.clean(["", "", ""]) is None
    assert isinstance(field.widget, forms.Widget)
    for locale in ("en-gb", "nl", "fr", "sv"):
        with translation.override(locale):
            shown = field.widget.render("taken", date(2026, 11, 5))
        boxes = re.findall(r'<input type="(\w+)" name="(taken_\w+)" value="(\d+)"', shown)
        assert boxes == [("text", "taken_day", "5"), ("text", "taken_month", "11"), ("text", "taken_year", "2026")]


def test_what_may_be_left_out_says_so_and_nothing_is_starred() -> None:
    text = html("{{ form }}", form=Sample())
    assert re.search(r">Comment\s*<span[^>]*>\(optional\)</span>", text)
    assert not re.search(r">Question\s*<span", text)
    assert "*" not in text


def test_help_and_error_are_read_out_with_their_control() -> None:
    text = html("{{ form }}", form=Sample({}))
    control = re.search(r'<input[^>]*name="question"[^>]*>', text)
    assert control
    described = re.search(r'aria-describedby="([^"]+)"', control.group())
    assert described
    for target in described.group(1).split():
        assert f'id="{target}"' in text
    assert 'aria-invalid="true"' in control.group()
    assert re.search(r'<fieldset[^>]*aria-describedby="id_told_error"', text)


def test_every_line_of_the_error_summary_leads_to_a_control() -> None:
    text = html("{% error_summary form %}{{ form.as_div }}", form=Sample({"born_day": "3"}))
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', text)
    assert [words.split(":")[0] for _, words in links[:2]] == ["Date of birth", "Question"]
    for target, _ in links:
        assert re.search(rf'<(input|select|textarea)[^>]*\bid="{target}"', text), target


def test_no_error_summary_while_all_is_well() -> None:
    assert html("{% error_summary form %}", form=Sample()).strip() == ""


def test_the_error_summary_counts() -> None:
    one = {"question": "x", "block": "A1", "told": "me", "speed": "routine"}
    assert "One thing to put right" in html("{% error_summary form %}", form=Sample(one))
    assert "5 things to put right" in html("{% error_summary form %}", form=Sample({}))


def test_controls_carry_the_classes_of_the_look() -> None:
    text = html("{{ form }}", form=Sample({}))
    assert re.search(r'<input[^>]*name="question"[^>]*class="form-control is-invalid"', text)
    assert re.search(r'<select[^>]*class="form-select is-invalid"', text)
    assert len(re.findall(r'class="form-check-input[^"]*"', text)) == 4


def test_a_choice_card_shows_its_line_of_help() -> None:
    assert re.search(r"<b>Routine</b><small>5 working days</small>", html("{{ form }}", form=Sample()))


def test_what_was_typed_is_escaped() -> None:
    text = html("{{ form }}", form=Sample({"question": '"><script>x</script>'}))
    assert "<script>" not in text
