"""Who acts: the frozen value that visibility, rules and audit take, never a User.

It is made at each door by accounts.actors and goes unchanged through one request, job or command.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Door(StrEnum):
    """Through which door the act came in."""

    WEB = "web"
    API = "api"
    ADMIN = "admin"
    TILES = "tiles"
    JOB = "job"
    COMMAND = "command"


class Purpose(StrEnum):
    """Purpose of use; the values are HL7's public purpose-of-use codes."""

    TREATMENT = "TREAT"
    EMERGENCY = "ETREAT"
    OPERATIONS = "HOPERAT"
    SYSTEM = "HSYSADMIN"
    COMPLIANCE = "HCOMPL"
    PATIENT = "PATRQT"


MACHINE = "machine"  # in the place of a role
PROOF_FIELDS = ("password", "code", "credential", "provider")  # what a door takes a proof of who acts in, one of them


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts: a person under one membership, a machine of one organisation, or the system itself.

    `role` is the role of the acting membership, '' where there is none; it alone gives access to a lab's own cases,
    while grants follow the person. `name` is the printed name, frozen for audit and signature. A machine has neither
    person nor membership: `machine` is the key of its token, its role is MACHINE, which no membership has and no set
    of roles holds, and what it may is in its `scopes` alone. `on_behalf_of` is the absent person for whom a deputy
    acts: no door knows it, the ground of the act says it (cases.access.ground). `known` holds what was looked up about
    this actor and stays so for one request, job or command; a copy begins without it.
    """

    person: UUID | None
    name: str
    membership: UUID | None = None
    organisation: UUID | None = None
    organisation_name: str = ""
    role: str = ""
    door: Door = Door.WEB
    session: str = ""
    request_id: str = ""
    address: str = ""
    on_behalf_of: UUID | None = None
    purpose: Purpose = Purpose.TREATMENT
    machine: UUID | None = None
    scopes: frozenset[str] = frozenset()
    known: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def who(self) -> UUID:
        """The person; ValueError for the system, which may not do what asks for one."""
        if self.person is None:
            raise ValueError(f"{self.name} is not a person.")
        return self.person

    def acting(self) -> UUID:
        """The acting membership; ValueError where there is none."""
        if self.membership is None:
            raise ValueError(f"{self.name} acts under no membership.")
        return self.membership

    def lab(self) -> UUID:
        """The organisation of the acting membership; ValueError where there is none."""
        if self.organisation is None:
            raise ValueError(f"{self.name} acts for no organisation.")
        return self.organisation

    @property
    def is_system(self) -> bool:
        """True for jobs and commands, which may what no person may; never for a machine with a token."""
        return self.person is None and self.machine is None

    def is_within(self, scope: str) -> bool:
        """Whether nothing narrows this actor to less than `scope`: scopes bind machines, a person has none."""
        return self.machine is None or scope in self.scopes


def system(name: str, door: Door = Door.JOB, request_id: str = "") -> Actor:
    """The system itself, named by the job or command that acts."""
    return Actor(person=None, name=name, door=door, request_id=request_id, purpose=Purpose.SYSTEM)
