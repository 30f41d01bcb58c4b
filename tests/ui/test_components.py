"""What the components say, as somebody reads or hears it."""

import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from core.web.request_id import current
from core.web.templatetags.ui import STATUS_ICONS, initials

PATIENT = SimpleNamespace(
    name_family="van der Demo-Ståhl",
    name_given="Anna",
    name_birth="Demo-Bakker",
    sex_label="Female",
    birth_text="05 Nov 1956",
    age_text="70",
    identifier_text="...782",
    accession_number="S26-11873",
    organisation_short="Sund",
    second_accession_number="C26-04410",
    second_organisation_short="Noordkust",
    is_pseudonymised=False,
)


def html(template: str, **context: object) -> str:
    with translation.override("en-gb"):
        return Template(template).render(Context(context))


def text(template: str, **context: object) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html(template, **context))).split())


def test_the_banner_names_the_patient_twice_over_and_both_accession_numbers() -> None:
    shown = text('{% include "components/patient_banner.html" %}', view=PATIENT, case_number="TC-2026-0139")
    assert shown.startswith("VAN DER DEMO-STÅHL, Anna")
    for part in ("Name at birth DEMO-BAKKER", "Born 05 Nov 1956 (70)", "ID ...782", "Sund S26-11873"):
        assert part in shown
    assert "Noordkust C26-04410" in shown
    assert shown.endswith("TC-2026-0139")


def test_the_banner_of_a_pseudonym_says_that_it_is_one_and_leaves_no_gaps() -> None:
    hidden = SimpleNamespace(name_family="K7-3f2", birth_text="1956", is_pseudonymised=True)
    shown = html('{% include "components/patient_banner.html" %}', view=hidden)
    assert "Pseudonym K7-3f2" in shown
    assert "cs-patient--hidden" in shown
    assert "<dd></dd>" not in shown


def test_the_identity_card_repeats_the_patient() -> None:
    card = '{% include "components/identity_card.html" with line="Carcinoma" %}'
    shown = text(card, view=PATIENT, case_number="TC-1")
    for part in ("VAN DER DEMO-STÅHL, Anna", "TC-1", "born 05 Nov 1956", "ID ...782", "C26-04410", "Carcinoma"):
        assert part in shown


@pytest.mark.parametrize("kind", STATUS_ICONS)
def test_a_status_is_word_and_shape(kind: str) -> None:
    shown = html('{% status_tag kind "In review" %}', kind=kind)
    assert "In review" in shown
    assert f"bi-{STATUS_ICONS[kind]}" in shown


def test_every_status_has_a_shape_of_its_own() -> None:
    assert len(set(STATUS_ICONS.values())) == len(STATUS_ICONS)


def test_routine_has_no_mark_and_urgent_says_so() -> None:
    assert text('{% priority "routine" %}') == ""
    assert text('{% priority "urgent" %}') == "Urgent"
    assert text('{% priority "frozen" %}') == "Frozen section"


def test_a_stopped_clock_says_so_and_shows_no_bar() -> None:
    shown = html('{% due "stopped" state="hold" %}')
    assert "stopped" in shown
    assert "<svg" not in shown


@pytest.mark.parametrize("locale", ["en-gb", "fr"])
def test_lengths_are_never_localised_and_stay_in_their_place(locale: str) -> None:
    with translation.override(locale):
        shown = Template('{% progress 33.4 "a" %}{% due "x" share=140 %}{% progress -3 "b" %}').render(Context())
    assert re.findall(r'width="([^"]+)"', shown) == ["33%", "100%", "0%"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dr Ilse Voorbeeld", "IV"),
        ("Prof. Jan van der Berg", "JB"),
        ("Åsa Öst", "ÅÖ"),
        ("CHU Exemple", "CE"),
        ("Westhaven", "WE"),
        ("", "?"),
    ],
)
def test_initials_leave_out_titles(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_is_round_and_an_organisation_square() -> None:
    assert "cs-av--org" not in html('{% who "Dr Ilse Voorbeeld" %}')
    assert "cs-av--org" in html('{% who "Lab Sund" kind="organisation" %}')


def test_a_note_carries_what_stands_in_it_and_escapes_its_title() -> None:
    shown = html('{% note kind="warning" title=title %}<p>{{ words }}</p>{% endnote %}', title="<b>", words="<i>")
    assert "<p>&lt;i&gt;</p>" in shown
    assert "&lt;b&gt;" in shown


def test_a_question_without_an_answer_is_said_to_have_none() -> None:
    rows = [{"label": "Working diagnosis", "value": "", "url": "/change/"}]
    shown = text('{% include "components/summary_list.html" %}', rows=rows)
    assert shown == "Working diagnosis Not given Change Working diagnosis"


def test_a_pager_shows_only_where_there_is_somewhere_to_go() -> None:
    assert text('{% include "components/pager.html" %}') == ""
    assert text('{% include "components/pager.html" with older_url="?after=x" %}') == "Older"


def test_a_tab_shows_its_count_also_when_it_is_none() -> None:
    tabs = [{"label": "Mine", "url": "?", "active": True, "count": 0}, {"label": "Done", "url": "?done"}]
    shown = html('{% include "components/tabs.html" with label="Views" %}', tabs=tabs)
    assert '<span class="cs-n">0</span>' in shown
    assert shown.count("cs-n") == 1
    assert shown.count("aria-current") == 1


def test_the_bell_counts_in_words_and_says_nothing_at_none() -> None:
    assert text('{% include "components/bell_count.html" %}', unread=0) == ""
    assert ", 1 unread notification" in text('{% include "components/bell_count.html" %}', unread=1)
    assert "99+" in text('{% include "components/bell_count.html" %}', unread=120)


def test_the_timeline_gives_each_event_its_moment() -> None:
    events = [{"icon": "send", "title": "Sent", "at": datetime(2026, 11, 24, 13, 3, tzinfo=UTC), "state": "cur"}]
    shown = html('{% include "components/timeline.html" %}', events=events)
    assert '<time datetime="2026-11-24T13:03:00+00:00">24 Nov 2026 13:03</time>' in shown
    assert 'class="is-cur"' in shown


def test_the_alerts_and_the_toasts_share_the_messages_between_them() -> None:
    messages = [SimpleNamespace(level=25), SimpleNamespace(level=40)]
    both = Template('{% include "components/alerts.html" %}|{% include "components/toasts.html" %}')
    alerts, toasts = both.render(Context({"messages": messages})).split("|")
    assert alerts.count("cs-note--danger") == 1
    assert toasts.count("data-toast") == 1


@pytest.mark.parametrize(
    ("theme", "attributes"),
    [
        ("dark", 'data-bs-theme="dark" data-theme="dark"'),
        ("light", 'data-bs-theme="light" data-theme="light"'),
        ("system", 'data-bs-theme="light" data-theme="system"'),
        ('"><script>', 'data-bs-theme="light" data-theme="system"'),
    ],
)
def test_the_first_paint_has_the_chosen_theme(theme: str, attributes: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["keys"] = "off"
    shown = html("{% page_attributes %}", theme=theme, request=request)
    assert attributes in shown
    assert 'data-single-keys="off"' in shown


def test_four_languages_are_offered_and_the_country_variant_stands_for_its_language() -> None:
    with translation.override("nl-be"):
        shown = Template("{% languages as all %}{% for one in all %}{{ one.code }}/{{ one.current }} {% endfor %}")
        assert shown.render(Context()) == "en-gb/False nl-be/True fr/False sv/False "


def test_the_page_of_our_own_failure_needs_no_context_at_all() -> None:
    token = current.set("0193abcdef")
    try:
        with translation.override("en-gb"):
            shown = get_template("errors/500.html").render()
    finally:
        current.reset(token)
    assert "Something went wrong on our side" in shown
    assert "0193abcdef" in shown


@pytest.mark.parametrize("name", ["400", "401", "403", "404", "409", "410", "422", "429", "csrf"])
def test_every_refusal_has_one_heading_and_a_way_out(name: str) -> None:
    with translation.override("en-gb"):
        shown = get_template(f"errors/{name}.html").render(
            {"refusal": {"message": "Because.", "fields": {"a": "Why."}}}
        )
    assert shown.count("<h1") == 1
    assert "Because." in shown
    assert "Why." in shown
    assert re.search(r'<a class="btn[^>]*href="[^"]+"', shown)
