"""What the look may not contain, and what its parts promise each other: templates, style sheets and modules."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core.web.templatetags.ui import NOTE_ICONS, STATUS_ICONS

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAILS = sorted((ROOT / "templates").rglob("*.txt"))
STYLES = sorted((ROOT / "static").rglob("*.css"))
MODULES = sorted((ROOT / "static").rglob("*.mjs"))
FOR_DEVELOPERS = {"styleguide.html", "docs.html"}
NAMES = {"Consilium", "SHA-256"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_comments(text: str) -> str:
    text = re.sub(r"{%\s*comment[^%]*%}.*?{%\s*endcomment\s*%}", "", text, flags=re.S)
    return re.sub(r"{#.*?#}|<!--.*?-->", "", text, flags=re.S)


def untranslated(text: str) -> list[str]:
    """Words that a person sees and no translator does."""
    text = without_comments(text)
    text = re.sub(r"{%\s*block \w+_(?:class|attributes)\s*%}[^{]*", "", text)
    text = re.sub(r"{%\s*blocktrans(?:late)?\b[^%]*%}.*?{%\s*endblocktrans(?:late)?\s*%}", "", text, flags=re.S)
    seen = re.findall(r'\b(?:aria-label|alt|title|placeholder)="([^"{]*)"', re.sub(r"{%.*?%}|{{.*?}}", "", text))
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.S)
    text = re.sub(r"<(?:script|style|kbd)\b.*?</(?:script|style|kbd)>", " ", text, flags=re.S)
    text = re.sub(r"<[^>]*>", "\n", text, flags=re.S)
    text = re.sub(r"\bdata-[\w-]+=\"[^\"]*\"", "", text)  # a block that fills in an attribute
    words = [re.sub(r"&\w+;", " ", line).strip(" -,.():|/·") for line in [*text.splitlines(), *seen]]
    return [line for line in words if re.search(r"[^\W\d_]{2,}", line) and line not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_needs_a_looser_content_security_policy(path: Path) -> None:
    text = without_comments(path.read_text())
    assert not re.search(r"<style\b", text), "inline style sheet"
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"\shx-on\b|\shx-(?:vals|headers)\s*=\s*['\"]js:", text), "script in an attribute"
    assert not re.search(r"\son[a-z]+\s*=\s*['\"]", text), "event handler in an attribute"
    assert not re.search(r"javascript:", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag, "inline script"
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), "something from another server"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_form_says_once_what_is_wrong(path: Path) -> None:
    text = path.read_text()
    summed_up = [each for words in re.findall(r"{% error_summary ([^%]+) %}", text) for each in words.split()]
    assert [each for each in summed_up if f"{{{{ {each} }}}}" in text] == [], "a whole form sums itself up"


@pytest.mark.parametrize("path", [p for p in TEMPLATES + MAILS if p.name not in FOR_DEVELOPERS], ids=name)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert untranslated(path.read_text()) == []


def test_the_check_for_words_finds_them() -> None:
    assert untranslated('<p>Hello there</p><a aria-label="Close me">{{ x }}</a>') == ["Hello there", "Close me"]
    assert untranslated('<p>{% translate "Hello" %} {# note #}</p>') == []
    assert untranslated("{% blocktranslate %}Some{% endblocktranslate %}") == []


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.parent.name == "components"], ids=name)
def test_every_component_says_what_it_is_for(path: Path) -> None:
    assert path.read_text().startswith("{% comment %}")


def test_style_sheets_use_only_tokens_that_exist() -> None:
    text = "".join(path.read_text() for path in STYLES)
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    used = set(re.findall(r"var\((--[\w-]+)", text))
    assert {token for token in used - defined if not token.startswith("--bs-")} == set()


def test_greys_are_neutral() -> None:
    """A tinted grey beside the slide shifts the eye's white point."""
    tokens = (ROOT / "static/ui/tokens.css").read_text()
    named = r"(--n-\d+|--page|--surface|--sunken|--raise|--line(?:-2)?|--ink(?:-\d)?): #(\w{6})"
    greys = dict(re.findall(named, tokens))
    assert len(greys) > 15
    assert {token: grey for token, grey in greys.items() if len({grey[:2], grey[2:4], grey[4:]}) > 1} == {}


def test_modules_say_only_sentences_that_the_page_carries() -> None:
    words = (ROOT / "templates/components/words.html").read_text()
    carried = {re.sub(r"-(\w)", lambda m: m[1].upper(), key) for key in re.findall(r"data-([\w-]+)=\"{%", words)}
    modules = "".join(path.read_text() for path in (ROOT / "static/ui").glob("*.mjs"))
    said = set(re.findall(r'word\("(\w+)"', modules))
    said |= {"refused403", "refused404", "refused409", "refused429", "refused500"}
    assert said - carried == set()
    assert carried - said == set(), "sentences that nobody says"


def test_every_icon_is_in_the_icon_font() -> None:
    font = ROOT / "node_modules/bootstrap-icons/font/bootstrap-icons.css"
    if not font.exists():
        pytest.skip("the packages of package.json are not installed")
    known = set(re.findall(r"\.bi-([\w-]+)::before", font.read_text()))
    used = set(STATUS_ICONS.values()) | set(NOTE_ICONS.values())
    for path in TEMPLATES:
        used |= set(re.findall(r'{%\s*icon "([\w-]+)"', path.read_text()))
    assert used - known == set()


@pytest.mark.parametrize("path", STYLES + MODULES, ids=name)
def test_a_file_stays_small_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 350
