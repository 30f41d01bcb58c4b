"""Entry point of the tile process: `granian --interface wsgi slides.tiles.wsgi:application`.

It is a process of its own beside the pages, with blocking threads; it may run many times on many machines.
"""

from __future__ import annotations

import os
import resource

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402  settings exist only after setup

from accounts.live import SESSIONS_ENDED  # noqa: E402  models load only after setup
from cases.access.revocation import CHANNEL  # noqa: E402  models load only after setup
from core.checks import refuse_unsafe_start  # noqa: E402
from core.web.headers import without_pages  # noqa: E402
from slides.tiles.app import TileApplication  # noqa: E402
from slides.tiles.authority import DjangoAuthority  # noqa: E402
from slides.tiles.revocations import start_listening  # noqa: E402

refuse_unsafe_start()
# Each opened slide holds up to three descriptors; the usual soft limit of 1024 is too near.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))

application = TileApplication(DjangoAuthority(), settings.SESSION_COOKIE_NAME, headers=without_pages())
for channel in (CHANNEL, SESSIONS_ENDED):
    start_listening(settings.REDIS_URL, channel, application.forget_permissions)
