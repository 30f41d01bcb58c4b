"""The second process that outlives the launcher, whatever kills it, and then stops what it started.

Its standard input is a pipe from the launcher (and, for the moment between fork and exec, from every new process):
one record a line, or `forget <pid>`. End of file means that the launcher is gone. It inherits the lock, so the lock
stays taken until the clean-up is over and a quick restart cannot meet the old services.
"""

import signal
import sys

from deploy.launcher.records import Record, parse, stop


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    children: dict[int, Record] = {}
    for line in sys.stdin:
        if line.startswith("forget "):
            children.pop(int(line.split()[1]), None)
        elif record := parse(line):
            children[record.pid] = record
    stop(list(children.values()))


if __name__ == "__main__":
    main()
