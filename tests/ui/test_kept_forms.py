"""Every form that takes words keeps them when the session has ended, or says why it need not."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FORM = re.compile(r'<form\b[^>]*method="post"(?:[^>{]|\{[^}]*\}|\{%.*?%\})*>')
ANOTHER_WAY = {
    "accounts/identities.html": "proves who one is",
    "accounts/join.html": "nobody is signed in yet",
    "accounts/preferences.html": "a choice or two",
    "accounts/resume.html": "proves who one is",
    "accounts/sessions.html": "proves who one is",
    "cases/import.html": "a file, which is chosen again",
    "desk/search.html": "is sent by the search box",
    "reports/preview.html": "signs, with a proof",
    "requests/edit.html": "saves itself",
    "slides/upload.html": "a file that goes on by itself",
    "styleguide.html": "shows how forms look",
}
SIGNING_IN = ("account/", "mfa/", "socialaccount/", "admin/")


def test_a_form_that_takes_words_keeps_them() -> None:
    losing = set()
    for file in TEMPLATES.rglob("*.html"):
        name = str(file.relative_to(TEMPLATES))
        forms = [form for form in FORM.findall(file.read_text()) if "novalidate" in form]
        if not name.startswith(SIGNING_IN) and not all("data-keep" in form or "hx-post" in form for form in forms):
            losing.add(name)
    assert losing == set(ANOTHER_WAY)
