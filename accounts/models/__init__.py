"""Organisations, people and what joins them."""

from accounts.models.absence import Absence
from accounts.models.address_change import AddressChange
from accounts.models.agreement import Agreement
from accounts.models.expertise import Expertise
from accounts.models.identity_provider import Identity, IdentityProvider
from accounts.models.invitation import Invitation
from accounts.models.machine_token import MachineToken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.sign_in import SignIn
from accounts.models.user import User

__all__ = [
    "Absence",
    "AddressChange",
    "Agreement",
    "Expertise",
    "Identity",
    "IdentityProvider",
    "Invitation",
    "MachineToken",
    "Membership",
    "Organisation",
    "SignIn",
    "User",
]
