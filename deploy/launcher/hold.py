"""Holding a copy: everything an earlier run left is gone before, everything of ours is gone after."""

from collections.abc import Iterator
from contextlib import contextmanager

from deploy.launcher import interrupt, leftovers
from deploy.launcher.family import Family, family
from deploy.launcher.lock import Lock


@contextmanager
def holding(lock: Lock) -> Iterator[Family]:
    """The family of the holder. At the end nobody can attach any more, nothing interrupts, all is stopped."""
    leftovers.clear(lock.layout)
    try:
        with family(lock.layout, lock.descriptor, lock.layout.children) as members:
            try:
                yield members
            finally:
                interrupt.ignore()
                lock.withdraw(wait=False)
    finally:
        lock.layout.leave()
