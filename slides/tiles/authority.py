"""The real authority: Django's sessions and the access rules of cases, asked through slides.queries."""

from __future__ import annotations

from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections

from core.actor import Door, system
from slides.actions.recheck import recheck
from slides.queries import slide_for_tiles
from slides.tiles.decision import Decision


class DjangoAuthority:
    """Asks the database. No request cycle runs in this process, so connections are looked after here."""

    def decide(self, session_key: str, slide_id: str) -> Decision:
        """Raises django.db errors where the database cannot be reached, after a second attempt."""
        close_old_connections()
        try:
            return slide_for_tiles(session_key, slide_id)
        except (InterfaceError, OperationalError):
            # The database was restarted under a kept connection: it is closed now, and a new one may work.
            close_old_connections()
            return slide_for_tiles(session_key, slide_id)
        finally:
            close_old_connections()

    def recheck(self, slide_id: str) -> bool:
        """Raises django.db errors where the database cannot be reached."""
        close_old_connections()
        try:
            return recheck(actor=system("tiles", door=Door.TILES), slide_id=UUID(slide_id))
        finally:
            close_old_connections()
