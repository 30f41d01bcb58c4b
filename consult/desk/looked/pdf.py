"""The list as a PDF, tagged and in the language chosen, by the typesetter that prints reports."""

import json
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from consult.desk.looked.letter import Letter
from consult.reports.document.printable import printable
from consult.reports.document.render import compiled

TEMPLATE = Path(__file__).with_name("template.typ")


def letter_pdf(letter: Letter) -> bytes:
    """PDF/A-2a and PDF/UA-1. Raises FontsMissingError before set-up."""
    shown = _shown(asdict(letter), Path(settings.FONT_ROOT))
    moment = json.dumps(list(letter.at.utctimetuple()[:6]))
    return compiled(TEMPLATE, {"letter": json.dumps(shown, ensure_ascii=False), "moment": moment}, ["a-2a", "ua-1"])


def _shown(value: object, fonts: Path) -> object:
    """The same with every text as the fonts can show it."""
    if isinstance(value, dict):
        return {name: _shown(each, fonts) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each, fonts) for each in value]
    return printable(str(value), fonts)
