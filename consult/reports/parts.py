"""Which parts of a report differ between what somebody was shown and what stands now, in words.

What was shown comes back as a few characters of a hash for each part: enough to see a difference, and no text.
"""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from consult.reports.content import Content, plain

LENGTH = 12  # hexadecimal characters for each part


def fingerprint(content: Content) -> str:
    """The parts of the content, each with the start of its hash, as one line of text."""
    return ",".join(f"{name}:{_start(value)}" for name, value in sorted(_parts(content).items()))


def changed_parts(shown: str, content: Content) -> list[str]:
    """What is different since `shown` was made, in words; empty where nothing is, or where it cannot be read."""
    before = dict(pair.split(":", 1) for pair in shown.split(",") if ":" in pair)
    now = {name: _start(value) for name, value in _parts(content).items()}
    names = _names()
    found = [name for name in names if before.get(name) != now.get(name)] if before else []
    return list(dict.fromkeys(names[name] for name in found))


def _parts(content: Content) -> dict[str, Any]:
    tree = plain(content)
    sections = {section["code"]: section for section in tree.pop("sections")}
    return {**tree, **sections}


def _start(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:LENGTH]


def _names() -> dict[str, str]:
    """Every part that can change under a draft, as the pages call it."""
    return {
        "patient": _("Patient"),
        "asking": _("Accession number"),
        "answering": _("Accession number"),
        "question": _("Question"),
        "working_diagnosis": _("Working diagnosis"),
        "clinical_details": _("Clinical details"),
        "conversation": _("Information asked and given"),
        "first_report_sent": _("Report of the requesting laboratory"),
        "first_report_later": _("Report of the requesting laboratory"),
        "answer": _("Answer to the question"),
        "diagnosis": _("Diagnosis"),
        "confidence": _("How sure are you?"),
        "microscopy": _("Microscopy"),
        "comment": _("Comment"),
        "recommendation": _("Recommendation"),
        "limits": _("Limits of this opinion"),
        "slides": _("Slides"),
    }
