"""Turns the content of a report version and its signatures into the PDF, the same bytes every time.

The file declares PDF/A-3a (ISO 19005-3, level A) and PDF/UA-1 (ISO 14289-1) in its metadata, on PDF 1.7; typst checks
what it can of both and refuses to write the file otherwise. It is tagged, in the language of the report, embeds its
fonts and carries the canonical JSON as the attachment `report.json` with the relationship "Source". Creation date and
document id come from the last signature and the text, never from the clock. Nothing is read from or written to disk
but the template, the logo and the fonts; nothing is fetched.
"""

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typst
from django.conf import settings

from consult.reports.content import Content, canonical_json
from consult.reports.content_check import check
from consult.reports.document.printable import printable
from consult.reports.document.view import SignatureView, page_data

__all__ = ["ATTACHMENT", "FontsMissingError", "SignatureView", "compiled", "render_pdf"]

ATTACHMENT = "report.json"
Standard = Literal["a-2a", "a-3a", "ua-1"]
TEMPLATE = Path(__file__).with_name("template.typ")
NEEDED_FONTS = ("IBM Plex Sans", "IBM Plex Mono")


class FontsMissingError(RuntimeError):
    """The folder of fonts is empty: set-up did not run `python -m deploy.fonts`."""


def render_pdf(
    content: Content,
    signatures: Sequence[SignatureView],
    *,
    locale: str = "",
    time_zone: str,
    verify_url: str = "",
    preliminary: bool = False,
    demo: bool = False,
) -> bytes:
    """The document of this version as PDF bytes; the same arguments give the same bytes.

    The language of the report decides its words; `locale` ("nl-BE") only adds the region, where it agrees with that
    language. `time_zone` is an IANA name, in which the signatures' times are shown. `verify_url` is printed as a link
    and must carry no patient data. A `preliminary` document and one of the `demo` say so across every sheet.

    Raises ContentError for unsound content, ValueError for a time without a zone or an address that is not http(s),
    ZoneInfoNotFoundError for an unknown zone, FontsMissingError before set-up, typst.TypstError when the document
    cannot meet the standards.
    """
    check(content)
    if verify_url and urlsplit(verify_url).scheme not in ("http", "https"):
        raise ValueError("The address for checking the document must start with https:// or http://.")
    folder = Path(settings.FONT_ROOT)
    language, _, region = locale.replace("_", "-").partition("-")
    data = page_data(
        content,
        signatures,
        region=region.upper() if language == content.language else "",
        zone=ZoneInfo(time_zone),
        verify_url=verify_url,
        preliminary=preliminary,
        demo=demo,
        attachment=ATTACHMENT,
        show=lambda text: printable(text, folder),
    )
    inputs = {
        "page": json.dumps(data, ensure_ascii=False),
        "content": canonical_json(content).decode(),
        "attachment": ATTACHMENT,
    }
    return compiled(TEMPLATE, inputs, ["a-3a", "ua-1"])


def compiled(template: Path, inputs: dict[str, str], standards: Sequence[Standard]) -> bytes:
    """A template of the project as PDF bytes; it sees `inputs`, the files beside it and the fonts, and nothing else.

    Raises FontsMissingError before set-up, typst.TypstError when the document cannot meet the standards.
    """
    pdf: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(Path(settings.FONT_ROOT)),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=list(standards),
        timestamp=0,
    )
    return pdf


@functools.lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    """The fonts of the document, read once per process; system fonts would make the bytes differ by machine."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
    missing = sorted(set(NEEDED_FONTS) - set(fonts.families()))
    if missing:
        raise FontsMissingError(f"{', '.join(missing)} not found in FONT_ROOT: run `python -m deploy.fonts`.")
    return fonts
