"""What verifying finds: a code, and words."""

from dataclasses import dataclass
from datetime import timedelta

WAITING = timedelta(minutes=15)  # a row may be without its seal: the sealer comes every minute


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit: a code, and what it is in words with the keys to look at."""

    code: str
    text: str
