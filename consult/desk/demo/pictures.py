"""Which slides of the world can be opened, and what their pictures really are. All others have no pixels and say so."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from cases.models import Case
from consult.desk.demo.world import Story
from core.actor import Actor
from core.jobs.queue import dedupe_key, enqueue
from slides.actions.expect import expect
from slides.actions.link import link, retry
from slides.models import SlideImage
from slides.states import Status
from slides.synthesis.samples import COLON, SKIN, find

SAMPLES = {"skin": SKIN, "colon": COLON}
NOTES = {
    "skin": "Skin, H&E. A real slide: CC0 sample of OpenSlide (CMU-1-Small-Region).",
    "colon": "Colon, immunohistochemistry (FHL2). A real picture from the scikit-image collection.",
    "large": "Synthetic: a large slide made by repeating a small real one (skin, H&E). Not a patient's.",
}
FOLDER, LARGE = "samples", "made/large-skin-he.svs"  # below SLIDE_ROOT
LARGE_SLIDE = "demo.large_slide"  # the job that makes it, in large_slide.py


def place(folder: Path) -> None:
    """Put the samples of `folder` (made by `python -m deploy.samples`) where slides are read from. SampleError."""
    target = Path(settings.SLIDE_ROOT) / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES.values():
        # Copied: a second name of the same file would be changed by the next demo that takes one too.
        shutil.copyfile(find(folder, sample), target / sample.name)


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


def link_pictures(story: Story, actor: Actor, case: Case) -> None:
    """Give the pictured slides of this story their files, as far as the samples were placed; the large one is made."""
    root = Path(settings.SLIDE_ROOT)
    for label, name in pictured(story):
        sample = SAMPLES.get(name, SKIN)
        if not (root / FOLDER / sample.name).exists():
            continue
        slide = case.slides.get(label=label)
        if name == "large":
            image = expect(actor=actor, slide_id=slide.pk, path=LARGE)
            enqueue(LARGE_SLIDE, subject=image.pk, key=dedupe_key(LARGE_SLIDE, image.pk))
        else:
            link(actor=actor, slide_id=slide.pk, seen=None, path=f"{FOLDER}/{sample.name}")


def read_again(story: Story, actor: Actor, case: Case) -> None:
    """Have a sample that was refused read once more: its bytes are known to be whole, so the machine was at fault."""
    if any(pictured(story)):
        for image in SlideImage.objects.filter(slide__case=case, status=Status.UNREADABLE):
            retry(actor=actor, slide_id=image.glass_id)
