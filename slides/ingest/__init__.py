"""From a file to a slide that can be served: inspect, prepare, and both in a limited process.

Plain Python without Django. Importing this package loads no image library: those run in the limited process, whose
work is slides.ingest.inspect.inspect and slides.ingest.prepare.prepare.
"""

from slides.ingest.limited import IngestFailedError, Limits, inspect_limited, run_limited
from slides.ingest.results import Inspection, Prepared, Progress
from slides.sources.errors import UnreadableSlide

__all__ = [
    "IngestFailedError",
    "Inspection",
    "Limits",
    "Prepared",
    "Progress",
    "UnreadableSlide",
    "inspect_limited",
    "run_limited",
]
