"""Who acts in a story: actors from memberships, made once."""

from functools import cached_property

from accounts import actors
from accounts.models import Membership
from consult.desk.demo.world import Laboratory, Story, laboratories, people
from core.actor import Actor, Door


class Cast:
    """The people of the world as they are in this database."""

    @cached_property
    def memberships(self) -> dict[str, Membership]:
        """Everybody's membership in their own laboratory and first role there, by id of the person."""
        rows = Membership.objects.select_related("user", "organisation")
        found = {(row.user.email, row.organisation.name, row.role): row for row in rows}
        labs = laboratories()
        return {each.id: found[each.email, labs[each.lab].name, each.role] for each in people().values()}

    @cached_property
    def _actors(self) -> dict[str, Actor]:
        return {id_: actors.actor_for(row.user, row, door=Door.COMMAND) for id_, row in self.memberships.items()}

    def actor(self, person_id: str) -> Actor:
        """This person, acting in their own laboratory."""
        return self._actors[person_id]

    def laboratory(self, person_id: str) -> Laboratory:
        """Where this person works."""
        return laboratories()[people()[person_id].lab]

    def enters(self, story: Story) -> Actor:
        """Who registers the case: the laboratory's staff where the world has any, else the requester."""
        staff = [each.id for each in people().values() if each.lab == story.lab.id and each.role == "lab_staff"]
        return self.actor(staff[0] if staff else story.requester)
