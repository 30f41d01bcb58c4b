"""A bad file ends in one clear sentence for a person, whatever is wrong with it, and never in a crash."""

from __future__ import annotations

import errno
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import pyvips
import tifffile

from slides.ingest import IngestFailedError, Limits, child, inspect_limited, limited, run_limited
from slides.ingest.prepare import prepare
from slides.sources.errors import MESSAGES, UnreadableSlide


def say_nothing(part: float, step: str) -> None:
    """A progress callback for those who do not care."""


def code_of(path: Path, folder: Path) -> str:
    with pytest.raises(UnreadableSlide) as caught:
        prepare(path, folder, say_nothing)
    assert caught.value.message_for_people == MESSAGES[caught.value.code]
    assert not list(folder.glob("*"))
    return caught.value.code


def huge_png() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Dear colleague, please find attached", "not_an_image"),
        (b"%PDF-1.7 and so on", "not_an_image"),
        (b"II*\0\x08\0\0\0", "truncated"),
        (b"II*\0\x08\0\0\0 but no directory after this", "not_an_image"),
        (b"\xff\xd8\xff\xe0 not really", "not_an_image"),
        (huge_png(), "too_large"),
    ],
)
def test_what_is_no_slide_is_said_to_be_none(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert code_of(path, tmp_path / "out") == code


def test_a_folder_is_not_an_image(tmp_path: Path) -> None:
    assert code_of(tmp_path, tmp_path / "out") == "not_an_image"


@pytest.mark.parametrize("part", [0.2, 0.6, 0.9])
def test_an_upload_that_stopped_early_is_incomplete(made_slide: Path, tmp_path: Path, part: float) -> None:
    path = tmp_path / "half.svs"
    whole = made_slide.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    assert code_of(path, tmp_path / "out") == "truncated"


def test_tiles_beyond_the_end_of_the_file_mean_incomplete(picture: np.ndarray, tmp_path: Path) -> None:
    """The directory stands in front here, so that the header is whole and only the pixels are missing."""
    first, path = tmp_path / "first.tif", tmp_path / "half.tif"
    pyvips.Image.new_from_array(picture).tiffsave(str(first), compression="jpeg", tile=True)
    whole = first.read_bytes()
    offset = int.from_bytes(whole[4:8], "little")
    directory = whole[offset:]
    path.write_bytes(whole)
    assert prepare(path, tmp_path / "fine", say_nothing).inspection.kind == "native"
    counts = directory.index(struct.pack("<HH", 325, 4))
    at = offset + counts + 8
    where = int.from_bytes(whole[at : at + 4], "little")
    path.write_bytes(whole[:where] + struct.pack("<I", len(whole)) + whole[where + 4 :])
    assert code_of(path, tmp_path / "out") == "truncated"


@pytest.mark.parametrize("kind", ["png", "jpg", "tif"])
def test_half_a_flat_picture_is_refused(picture: np.ndarray, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"half.{kind}"
    pyvips.Image.new_from_array(picture).write_to_file(str(path))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert code_of(path, tmp_path / "out") in ("truncated", "not_an_image", "unsupported_compression")


def test_a_slide_whose_tiles_are_rubbish_is_damaged(made_slide: Path, made: object, tmp_path: Path) -> None:
    path = tmp_path / "rubbish.svs"
    whole = bytearray(made_slide.read_bytes())
    middle = slice(1000, int(len(whole) * 0.7))
    whole[middle] = b"\x55" * len(whole[middle])
    path.write_bytes(whole)
    assert code_of(path, tmp_path / "out") == "damaged"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("broken.svs", "not_an_image"),
        ("openslide_unopenable.tiff", "unsupported_compression"),
        ("openslide_unreadable.svs", "damaged"),
    ],
)
def test_known_bad_files_get_their_sentence(shared_slides: Path, tmp_path: Path, name: str, code: str) -> None:
    assert code_of(shared_slides / name, tmp_path / "out") == code


def test_a_small_picture_before_a_larger_one_is_not_shown(picture: np.ndarray, tmp_path: Path) -> None:
    """It might be the label of a slide whose format nobody here knows."""
    path = tmp_path / "pages.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(picture[:100, :100], photometric="rgb", metadata=None)
        writer.write(picture, photometric="rgb", metadata=None)
    assert code_of(path, tmp_path / "out") == "unclear_content"


def test_a_file_that_asks_for_too_much_time_is_stopped(made_slide: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSlide) as caught:
        run_limited(made_slide, tmp_path / "out", say_nothing, Limits(wall_seconds=0))
    assert caught.value.code == "too_demanding"


def test_a_limited_run_reports_progress_and_leaves_only_the_result(made_slide: Path, tmp_path: Path) -> None:
    (tmp_path / ".making-lost").mkdir()
    heard: list[tuple[float, str]] = []
    ready = run_limited(made_slide, tmp_path, lambda part, step: heard.append((part, step)))
    assert [path.name for path in tmp_path.iterdir()] == [ready.version]
    assert [part for part, _ in heard] == sorted(part for part, _ in heard)
    assert heard[-1][0] == 1.0
    assert all(step for _, step in heard)
    assert ready == run_limited(made_slide, tmp_path, say_nothing)


def test_errors_cross_from_the_limited_process_with_their_code(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague")
    for call in (lambda: inspect_limited(path), lambda: run_limited(path, tmp_path / "out", say_nothing)):
        with pytest.raises(UnreadableSlide) as caught:
            call()
        assert caught.value.code == "not_an_image"


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run_limited(tmp_path / "gone.svs", tmp_path / "out", say_nothing)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_our_fault_and_worth_another_try(
    made_slide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_space(path: Path, out_dir: Path, progress: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(child, "prepare", no_space)
    child.obey({"order": "prepare", "path": str(made_slide), "out_dir": str(tmp_path)})
    with pytest.raises(IngestFailedError):
        limited._judged(json.loads(capsys.readouterr().out))


def test_a_fault_of_ours_is_told_by_place_and_never_quotes_the_file(
    made_slide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault(path: Path, out_dir: Path, progress: object) -> None:
        raise KeyError("TESTPATIENT")

    monkeypatch.setattr(child, "prepare", fault)
    child.obey({"order": "prepare", "path": str(made_slide), "out_dir": str(tmp_path)})
    with pytest.raises(IngestFailedError, match=r"KeyError test_unreadable_files.py:\d+") as caught:
        limited._judged(json.loads(capsys.readouterr().out))
    assert "TESTPATIENT" not in str(caught.value)


def test_damaged_headers_never_break_anything_but_the_file(made_slide: Path, tmp_path: Path) -> None:
    """Fuzzed directories: each either still makes a slide or is refused with a code."""
    whole = made_slide.read_bytes()
    with tifffile.TiffFile(made_slide) as tif:
        directories = [page.offset for page in tif.pages]
    outcomes = set()
    for seed in range(25):
        random = np.random.default_rng(seed)
        broken = bytearray(whole)
        for _ in range(4):
            place = int(random.choice(directories)) + int(random.integers(320))
            broken[min(place, len(broken) - 1)] = int(random.integers(256))
        path = tmp_path / "fuzzed.svs"
        path.write_bytes(broken)
        try:
            prepare(path, tmp_path / str(seed), say_nothing)
            outcomes.add("made")
        except UnreadableSlide as error:
            outcomes.add(error.code)
    assert outcomes <= {"made", *MESSAGES}
    assert len(outcomes) > 1
