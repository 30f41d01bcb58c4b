"""Brings in the visitor's own slide files: one case of the asker's laboratory, one slide for each file of a folder.

A file that cannot be read becomes a slide too and says on its page why it cannot be shown.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from cases.actions.add_material import add_material
from cases.actions.fields import (
    CaseFields,
    IdentifierFields,
    MaterialFields,
    PartFields,
    PatientFields,
    SlideFields,
)
from cases.actions.register import NewCase, register
from cases.models import Case
from consult.desk.demo.cases import seen
from consult.desk.demo.cast import Cast
from consult.desk.demo.personas import by_label
from consult.desk.demo.pictures import link_or_copy
from core.actor import Actor
from slides.actions.link import link
from slides.models import SlideImage

ACCESSION_NUMBER = "YOUR-SLIDES"
FOLDER = "yours"  # below SLIDE_ROOT
PART = "A"


def bring(folder: Path) -> int:
    """Bring in the files of `folder` that were not brought in before; how many those are. OSError."""
    known = set(SlideImage.objects.filter(path__startswith=f"{FOLDER}/").values_list("path", flat=True))
    new = [(file, path) for file, path in _files(folder) if path not in known]
    if not new:
        return 0
    for file, path in new:
        _take(file, Path(settings.SLIDE_ROOT) / path)
    asker = by_label("asker")
    actor = Cast().actor(asker.person_id if asker else "")
    labels = _enter(actor, [file.name for file, _ in new])
    for label, (_, path) in zip(labels, new, strict=True):
        slide = Case.objects.get(accession_number=ACCESSION_NUMBER).slides.get(label=label)
        link(actor=actor, slide_id=slide.pk, seen=None, path=path)
    return len(new)


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files and the names they are kept under: what a file is called may name a patient."""
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            status = file.stat()
            digest = hashlib.sha256(f"{file.name}:{status.st_size}:{status.st_mtime_ns}".encode()).hexdigest()[:16]
            yield file, f"{FOLDER}/{digest}{file.suffix.lower()}"


def _take(file: Path, target: Path) -> None:
    """The file, and the folder of the same name that MIRAX files have beside them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(file, target)
    companion = file.with_suffix("")
    if file.suffix.lower() == ".mrxs" and companion.is_dir():
        target.with_suffix("").mkdir(exist_ok=True)
        for part in companion.iterdir():
            link_or_copy(part, target.with_suffix("") / part.name)


def _enter(actor: Actor, names: list[str]) -> list[str]:
    """Make the slides, and their case if it is not there yet; the labels of the slides."""
    case = Case.objects.filter(organisation=actor.organisation, accession_number=ACCESSION_NUMBER).first()
    before = case.slides.count() if case else 0
    labels = [f"{number}" for number in range(before + 1, before + 1 + len(names))]
    slides = [
        SlideFields(label=label, stain="NOT_STATED", part=PART, note=name[:200])
        for label, name in zip(labels, names, strict=True)
    ]
    if case is None:
        material = MaterialFields(parts=[PartFields(PART, "reference_material", "your own files")], slides=slides)
        register(actor=actor, new=NewCase(case=_CASE, patient=_NOBODY, material=material))
    else:
        add_material(actor=actor, case_id=case.pk, seen=seen(case), material=MaterialFields(slides=slides))
    return labels


_CASE = CaseFields(
    accession_number=ACCESSION_NUMBER,
    organ_system="cup",
    history="Your own slide files, brought in when the demo was started. There is no patient behind this case.",
)
_NOBODY = PatientFields(
    family_name="Own slides",
    given_name="Visitor's",
    birth=(2000, None, None),
    identifiers=(IdentifierFields("LOCAL", ACCESSION_NUMBER, verified=True),),
)
