"""Which slides of the world can be opened, and what their pictures really are. All others have no pixels and say so."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from cases.models import Case
from consult.desk.demo.world import Story
from core.actor import Actor
from slides.actions.link import link
from slides.synthesis.samples import COLON, SKIN, Sample, find

SAMPLES = {"skin": SKIN, "colon": COLON}
NOTES = {
    "skin": "Skin, H&E. A real slide: CC0 sample of OpenSlide (CMU-1-Small-Region).",
    "colon": "Colon, immunohistochemistry (FHL2). A real picture from the scikit-image collection.",
    "large": "Synthetic: a large slide made by repeating a small real one (skin, H&E). Not a patient's.",
}
FOLDER = "samples"  # below SLIDE_ROOT


def place(folder: Path) -> None:
    """Put the samples of `folder` (made by `python -m deploy.samples`) where slides are read from. SampleError."""
    target = Path(settings.SLIDE_ROOT) / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES.values():
        link_or_copy(find(folder, sample), target / sample.name)


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name: a second name where the disk allows it, else a copy; whole or not at all."""
    new = target.with_name(f".{target.name}.new")
    new.unlink(missing_ok=True)
    try:
        os.link(source.resolve(), new)
    except OSError:
        shutil.copyfile(source, new)
    new.replace(target)


def pictured(story: Story) -> Iterator[tuple[str, str]]:
    """The slides of a story that have a picture: label and name of the picture."""
    for part in story.raw["specimens"]:
        for block in part["blocks"]:
            for slide in block["slides"]:
                if "picture" in slide:
                    yield slide["id"], slide["picture"]


def sample_of(name: str) -> Sample | None:
    """The sample file of a picture; None for one that is made."""
    return SAMPLES.get(name)


def link_pictures(story: Story, actor: Actor, case: Case) -> None:
    """Link the sample files that were placed to the slides of this story."""
    for label, name in pictured(story):
        sample = sample_of(name)
        if sample and (Path(settings.SLIDE_ROOT) / FOLDER / sample.name).exists():
            link(actor=actor, slide_id=case.slides.get(label=label).pk, path=f"{FOLDER}/{sample.name}")
