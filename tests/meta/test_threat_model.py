"""The threat model: what it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_file_that_the_threat_model_names_is_there() -> None:
    text = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./]+/[\w./]+\.\w+)`", text)) | set(re.findall(r"\]\(([\w./-]+)\)", text))
    assert len(named) > 25
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
