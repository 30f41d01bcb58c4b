"""The admin site in every language: each room, noun, column, field and filter under a name of that language."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from config.admin import site
from core.audit import hooks as nouns
from core.audit import names
from core.audit.models import AuditEvent
from core.jobs.hooks import kinds
from core.jobs.models import Job
from notifications.hooks import registrants, subject_of
from tests.cast import World, client_for, outsider

PLATFORM = "platform@installation.example"
LANGUAGES = ("nl", "fr", "sv")
# Words that look the same in both languages because they are the same word there too. Everything else must differ.
SAME = {
    "nl": """
        API Demo Import SHA-256 document e-mail expert megapixels register status
    """,
    "fr": """
        API Consultation Consultations Import conditions sources Notification Notifications Organisation Pages Patient
        SHA-256 action document documents e-mail expert Invitation invitation invitations message messages
        notification notifications organisation organisations patient patients question session
        signature signatures transaction type urgent version exclusion exclusions
    """,
    "sv": """
        API Demo Import Organisation Patient Person SHA-256 System expert given organisation patient
        person prefix problem register session status system version
    """,
}
MODELS = sorted(site._registry, key=lambda model: model._meta.label)


def said(word: Any, language: str) -> str:
    """What a lazy word says in a language."""
    with override(language):
        return str(word() if callable(word) else word)


def untranslated(words: dict[str, Any], language: str) -> dict[str, str]:
    """Of these places with their words: those that say the same as in English, and may not."""
    found = {place: said(word, language) for place, word in words.items()}
    return {
        place: word
        for place, word in found.items()
        if word and word == said(words[place], "en-gb") and word not in SAME[language].split()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_room_and_noun_has_a_name_of_the_language(language: str) -> None:
    words: dict[str, Any] = {}
    for model in MODELS:
        opts = model._meta
        words[f"{opts.label} one"], words[f"{opts.label} many"] = opts.verbose_name, opts.verbose_name_plural
        words[opts.app_label] = apps.get_app_config(opts.app_label).verbose_name
    assert len(words) > 2 * len(MODELS)
    assert untranslated(words, language) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_and_field_has_a_heading_of_the_language(world: World, language: str) -> None:
    client = outsider(PLATFORM)
    request = client.get("/admin/").wsgi_request
    words: dict[str, Any] = {}
    for model in MODELS:
        page = site._registry[model]
        row = page.get_queryset(request).first()
        fields = flatten_fieldsets(page.get_fieldsets(request, row))
        for name in dict.fromkeys([*page.list_display, *fields]):
            if name in {"id", "organ_systems"}:
                continue  # id is a word of every language here; organ_systems is a field of the form alone

            def heading(name: Any = name, model: Any = model, page: Any = page) -> str:
                return str(label_for_field(name, model, page))

            words[f"{model._meta.label}.{name}"] = heading
        words[f"{model._meta.label} help"] = page.search_help_text or ""
        for name, action in page.get_actions(request).items():
            assert action
            words[f"{model._meta.label} action {name}"] = action[2]
        for field in model._meta.fields:
            words[f"{model._meta.label}.{field.name} help"] = field.help_text
    assert len(words) > 200
    assert untranslated(words, language) == {}


def test_every_filter_has_a_title_of_every_language(world: World) -> None:
    client = outsider(PLATFORM)
    words: dict[str, Any] = {}
    for model in MODELS:
        opts = model._meta
        answer = client.get(f"/admin/{opts.app_label}/{opts.model_name}/")
        assert answer.status_code == 200, opts.label
        for place, spec in enumerate(answer.context["cl"].filter_specs):
            words[f"{opts.label} {place}"] = spec.title
    assert len(words) > 50
    assert {language: untranslated(words, language) for language in LANGUAGES} == {each: {} for each in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_of_the_record_have_words_of_the_language(language: str) -> None:
    words: dict[str, Any] = {f"job {kind}": effect.label for kind, effect in kinds().items()}
    words |= {f"notification {kind}": subject_of(kind).label for kind in registrants()}
    words |= {f"noun {code}": lambda code=code: nouns.label(code) for code in nouns.registrants()}
    words |= {f"audit {name}": label for name, label in names.all_names().items()}
    record = AuditEvent._meta
    for field in (record.get_field("outcome"), record.get_field("door"), record.get_field("purpose")):
        words |= {f"{field.name} {code}": word for code, word in field.choices or ()}
    words |= {f"state {code}": word for code, word in Job._meta.get_field("state").choices or ()}
    assert len(words) > 60
    assert untranslated(words, language) == {}


def test_every_kind_says_what_it_is_and_is_about() -> None:
    for kind, effect in kinds().items():
        assert str(effect.label) != kind
        assert effect.about in nouns.registrants(), kind
    for kind in registrants():
        assert str(subject_of(kind).label) != kind


@pytest.mark.ci
@pytest.mark.parametrize(("who", "language"), [("both", "nl"), ("admin", "sv"), ("platform", "fr"), ("both", "en-gb")])
def test_every_list_and_row_reads_without_codes(world: World, who: str, language: str) -> None:
    """No code of a noun, kind, state or purpose stands in a list, and no whole key as a text."""
    User.objects.update(language=language)
    client = {"platform": lambda: outsider(PLATFORM), "admin": lambda: client_for(world.admin), "both": both}[who]()
    codes = {*kinds(), *registrants(), *names.all_names(), "TREAT", "HSYSADMIN", "lab_admin", "view_case", "en-gb"}
    opened = 0
    for model in MODELS:
        opts = model._meta
        answer = client.get(f"/admin/{opts.app_label}/{opts.model_name}/")
        if answer.status_code == 403:
            continue
        assert f'<html lang="{language}"' in answer.content.decode()
        for row in texts(answer.content.decode()):
            opened += 1
            assert not codes & set(row), (opts.label, row)
            assert not [word for word in row if len(word) == 36 and word.count("-") == 4], (opts.label, row)
    assert opened > 20


def both() -> Client:
    """A pathologist who also runs the installation: the lists of the record and of the work are full."""
    world = World.load("north")
    person = world.user("asker")
    person.is_platform_admin = True
    person.save()
    return client_for(world.asker)


def texts(html: str) -> Iterator[list[str]]:
    """The words of each row of a list."""
    body = html.partition('id="result_list"')[2].partition("</table>")[0]
    for row in body.split("<tr")[2:]:
        yield re.sub(r"<[^>]*>", " ", row.partition(">")[2]).split()
