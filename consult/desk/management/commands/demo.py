"""Makes the demo's world. How to run it in a folder of your own:

    .venv/bin/python -m deploy.samples var/samples
    DEV_VAR=var/NAME .venv/bin/python -m deploy.launcher run -- sh -c "
      .venv/bin/python manage.py migrate && .venv/bin/python manage.py make_simulated &&
      .venv/bin/python manage.py demo"

It changes nothing where the world is complete, apart from bringing in the files of the folder in DEMO_SLIDES.
"""

import gc
import os
import time
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from consult.desk.demo import own_slides, pictures, who
from consult.desk.demo.seed import HalfMade, is_made, seed
from core import clock
from core.audit.seal.sealer import seal
from slides.synthesis.samples import SampleError


class Command(BaseCommand):
    help = "Make the demo's laboratories, people and cases in an empty, simulated database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What else to do, and where the sample pictures lie."""
        parser.add_argument("--who", action="store_true", help="only say who there is to be, and what to try")
        parser.add_argument("--samples", type=Path, default=settings.BASE_DIR / "var" / "samples")
        parser.add_argument("--without-pictures", action="store_true", help="for developers: no slide can be opened")

    def handle(self, *args: object, **options: object) -> None:
        if options["who"]:
            self.stdout.write("\n".join(who.lines()))
            return
        if not settings.DEMO:
            raise CommandError("This makes fictional patients, so it runs in the demo only (CONSILIUM_ENV=demo).")
        if not clock.is_simulated():
            raise CommandError("The demo needs a simulated database: manage.py make_simulated, before anything else.")
        try:
            if not is_made():
                self._make(Path(str(options["samples"])), bool(options["without_pictures"]))
            if folder := os.environ.get("DEMO_SLIDES"):
                self._bring(Path(folder))
        except (HalfMade, SampleError) as problem:
            raise CommandError(str(problem)) from problem

    def _make(self, samples: Path, without_pictures: bool) -> None:
        began = time.monotonic()
        gc.disable()  # a short life with many objects: looking for cycles would be a tenth of it
        if not without_pictures:
            pictures.place(samples)
        seed(clock.now(), say=lambda line: self.stdout.write(f"  {line}"))
        seal()  # rows of weeks are there at once; whoever watches would call them late before the first minute is over
        self.stdout.write(f"  made in {time.monotonic() - began:.1f} s")

    def _bring(self, folder: Path) -> None:
        try:
            found = own_slides.bring(folder)
        except OSError as problem:
            raise CommandError(f"Your slides could not be brought in: {problem}") from problem
        self.stdout.write(f"  {found} new files of yours, in the asker's case {own_slides.ACCESSION_NUMBER}")
