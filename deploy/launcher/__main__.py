"""The door: refuses a Python that is too old in words an old Python can still say, then hands over.

Only syntax that Python 2.7 parses may stand in this file.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said clearly here instead of as a SyntaxError elsewhere
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            if os.access(os.path.join(folder, name), os.X_OK):
                os.execv(os.path.join(folder, name), [name, "-m", "deploy.launcher"] + sys.argv[1:])  # noqa: RUF005, S606 - as above
    sys.stderr.write(
        "Consilium needs Python 3.11 or newer; this is %s.\n"  # noqa: UP031 - as above
        "Install a newer one, or name it: make demo PYTHON=/path/to/python3.11\n" % sys.version.split()[0]
    )
    sys.exit(1)

from deploy.launcher.cli import main

sys.exit(main(sys.argv[1:]))
