"""Starts a process of the demo again when it ends by itself, but not one that ends again and again."""

import time
from collections import deque
from collections.abc import Callable, Mapping

from deploy.launcher.family import Child, Family
from deploy.launcher.say import Refusal, line

AGAIN, WITHIN = 3, 60.0  # so many new starts within so many seconds; whoever ends once more is broken


class Supervisor:
    """Owns how each process of a family is started. The services below them stay as they are: they hold the data."""

    def __init__(self, members: Family, starts: Mapping[str, Callable[[], Child]]) -> None:
        self.members, self.starts = members, starts
        self._times: dict[str, deque[float]] = {name: deque(maxlen=AGAIN) for name in starts}

    def start(self) -> dict[str, Child]:
        """All of them, by name."""
        return {name: start() for name, start in self.starts.items()}

    def look(self) -> None:
        """Start again what has ended. Refuses to go on for a service, and for what ends too often."""
        for child in self.members.ended():  # asked once: what ends meanwhile is for the next look
            if child.name not in self.starts:
                raise child.gone()
            self._again(child)

    def _again(self, child: Child) -> None:
        times, now, how = self._times[child.name], time.monotonic(), child.how()
        if len(times) == AGAIN and now - times[0] < WITHIN:
            raise Refusal(
                f"{child.name} {how}, after it was started again {AGAIN} times within a minute. "
                f"The end of its log:{child.tail()}"
            )
        line(f"{child.name} {how}. Starting it again.")
        self.members.bury(child)
        times.append(now)
        self.starts[child.name]()
