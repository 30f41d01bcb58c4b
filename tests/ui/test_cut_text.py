"""Words that somebody has to act on are never cut, however narrow their place is."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Opener = Callable[..., Page]
CUT = """(place) => [...document.querySelectorAll(`${place}, ${place} *`)]
  .filter((each) => each.checkVisibility() && !each.matches("i, tr, thead, tbody"))
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible"
    || each.scrollHeight > each.clientHeight + 1 && getComputedStyle(each).overflowY !== "visible")
  .map((each) => each.innerText)"""


def test_what_needs_somebody_is_told_to_its_end(open_page: Opener) -> None:
    request = SimpleNamespace(pk=uuid4(), priority="urgent")
    need = {"request": request, "url": "/", "title": "CR-000035", "time": "waiting 1 d 13 h"}
    text = "Prof. Dr Wilhelmina Vandekerckhove-Ottevanger needs information from you"
    page = open_page('{% include "desk/_needs.html" %}', needs=[need | {"text": text}] * 4)
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.evaluate(CUT, ".cs-needs") == []


def test_an_organ_system_is_read_whole_in_the_list_of_cases(open_page: Opener) -> None:
    source = Path(settings.BASE_DIR, "templates/cases/list.html").read_text()
    cell = source[source.index('<td class="cs-clip">') :].split("</td>")[0] + "</td>"
    others = "".join(f'<td class="cs-nowrap">{text}</td>' for text in ("TANSYFORD-ASHGROVE, Winifred", "x" * 85))
    view = SimpleNamespace(priority="frozen", organ_system_label="Thyroid and other endocrine organs")
    page = open_page(f'<table class="cs-table"><tbody><tr>{cell}{others}</tr></tbody></table>', row={"view": view})
    assert page.evaluate(CUT, ".cs-clip") == []


@pytest.mark.parametrize("width", [1440, 400])
def test_a_name_of_one_long_word_stays_on_the_page(open_page: Opener, width: int) -> None:
    name = "n" * 250
    source = Path(settings.BASE_DIR, "templates/accounts/membership.html").read_text()
    head = source[source.index('<div class="cs-head">') :].splitlines()[0]
    member = {"user": {"printed_name": name}, "get_role_display": "Pathologist", "organisation": {"name": name}}
    page = open_page(f"{head}{{% card title=name %}}{{% endcard %}}", member=member, name=name)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
