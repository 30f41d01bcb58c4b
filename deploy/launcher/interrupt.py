"""Ctrl-C and its relatives: the first one starts the ordered stop, later ones cannot cut it short."""

import signal
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """The person (or the system) asked to stop; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def ignore() -> None:
    """From here on nothing interrupts."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _raise(number: int, frame: FrameType | None) -> None:
    ignore()
    raise Interrupted(number)


def listen() -> None:
    """Turn the first of these signals into `Interrupted`, even where the caller had them ignored."""
    for number in SIGNALS:
        signal.signal(number, _raise)
