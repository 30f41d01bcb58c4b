"""What import-linter cannot see: addresses in templates and foreign keys by name must not point upward either."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
# Lower rooms first, as in docs/architecture.md.
ROOMS = [
    "core",
    "accounts",
    "notifications",
    "cases",
    "basis",
    "objections",
    "exclusions",
    "emergency",
    "slides",
    "reports",
    "requests",
    "desk",
    "demo",
]
FOLDERS = {
    "accounts": "accounts",
    "notifications": "notifications",
    "cases": "cases",
    "basis": "basis",
    "objections": "objections",
    "exclusions": "exclusions",
    "emergency": "emergency",
    "slides": "slides",
    "reports": "reports",
    "requests": "requests",
    "desk": "desk",
}
URL = re.compile(r"""\{%\s*url\s+['"]([a-z_]+):""")


@pytest.mark.parametrize("room", FOLDERS)
def test_templates_link_downward(room: str) -> None:
    height = ROOMS.index(room)
    for template in (ROOT / "templates" / FOLDERS[room]).rglob("*"):
        if template.is_file():
            for name in URL.findall(template.read_text(encoding="utf-8")):
                assert name not in ROOMS or ROOMS.index(name) <= height, f"{template.name} links up to {name}"


def test_foreign_keys_point_downward() -> None:
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ROOMS:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.concrete and target and target != "self" and target._meta.app_label in ROOMS:
                assert ROOMS.index(target._meta.app_label) <= ROOMS.index(label), f"{label}.{field.name}"
