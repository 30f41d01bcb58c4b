"""The terminal while a command of `run` has it: Ctrl-C is the command's, Ctrl-Z stops both, and it comes back to us."""

import os
import signal


def in_front() -> bool:
    """Is there a terminal, and are we the ones it listens to?"""
    return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()


def give(group: int) -> None:
    """Put a process group in front. A background process that asks for it would be stopped: not here."""
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        os.tcsetpgrp(0, group)
    finally:
        signal.signal(signal.SIGTTOU, before)


def follow_stop(pid: int) -> None:
    """If the command in front was stopped (Ctrl-Z), stop with it; once continued, continue it in front."""
    if os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG):
        give(os.getpgrp())
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        give(pid)
        os.killpg(pid, signal.SIGCONT)
