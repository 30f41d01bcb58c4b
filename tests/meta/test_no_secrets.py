"""No secret lies in the repository: looked for in every file that is committed."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SECRETS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bglpat-[\w-]{20}\b"
    r"|\bxox[abprs]-[\w-]{10,}"
    r"|\bsk_live_\w{16,}"
    r"|\bcns_[0-9a-z]{8}_[0-9A-Za-z]{46}\b"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."
    r"|(?i:secret_?key|api_?key|password|token)\w*[\"']?\s*[:=]\s*[\"'][A-Za-z0-9+/_=-]{24,}[\"']"
)


def committed() -> list[Path]:
    """Every file that git knows here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name]


@pytest.mark.ci
def test_no_file_holds_a_secret() -> None:
    try:
        files = committed()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("NO GIT: a copy without its history is not looked through")
    assert len(files) > 500
    found = {}
    for path in files:
        text = path.read_text(encoding="utf-8", errors="ignore") if path.is_file() else ""
        if hits := SECRETS.findall(text):
            found[str(path.relative_to(ROOT))] = hits
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "EC PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "cns_" + "a1b2c3d4_" + "Zz" * 23,
        "SECRET_KEY = '" + "a1" * 20 + "'",
        '"api_key": "' + "Zz9" * 10 + '"',
    ],
)
def test_the_search_finds_one(text: str) -> None:
    assert SECRETS.search(text)


def test_nothing_of_the_repository_but_the_static_files_is_served() -> None:
    """Neither .git nor the source lie below a folder from which a process serves files."""
    for folder in (settings.STATIC_ROOT, settings.STORAGE_ROOT, settings.SLIDE_ROOT):
        assert not ROOT.resolve().is_relative_to(Path(folder).resolve())
    for each in settings.STATICFILES_DIRS:
        folder = Path(str(each[1] if isinstance(each, tuple) else each))
        assert not (folder / ".git").exists()
        assert not list(folder.glob("*.py"))
