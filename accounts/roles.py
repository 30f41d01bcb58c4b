"""The roles of a membership, and what each sees and does of its own lab's work.

The sets are the one place that says it; policies, worklists and the table in docs/roles.md read them.
"""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The role of a person in an organisation."""

    PATHOLOGIST = "pathologist", _("Pathologist")
    TRAINEE = "trainee", _("Trainee (needs a co-signature)")
    LAB_STAFF = "lab_staff", _("Laboratory staff")
    SECRETARY = "secretary", _("Secretary")
    MDT_COORDINATOR = "mdt_coordinator", _("MDT coordinator")
    CLINICIAN = "clinician", _("Clinician")
    LAB_ADMIN = "lab_admin", _("Laboratory administrator")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    AUDITOR = "auditor", _("Auditor")


if TYPE_CHECKING:
    _Roles = frozenset[Role]
else:
    _Roles = frozenset


class Roles(_Roles):
    """Some of the roles, and what they may: one sentence for each part of the table in docs/roles.md.

    `platform` says that whoever runs the installation may it too, without any of these roles.
    """

    sentences: dict[str, str]
    platform: bool

    def __new__(cls, *roles: Role, platform: bool = False, **sentences: str) -> Self:
        """The roles; `sentences` by part: cases, slides, requests, reports, people, record, admin."""
        made = super().__new__(cls, roles)
        made.sentences, made.platform = sentences, platform
        return made


SEE_HOME_CASES = Roles(
    Role.PATHOLOGIST,
    Role.TRAINEE,
    Role.LAB_STAFF,
    Role.SECRETARY,
    cases="See every case and patient of the own laboratory, and who else has access to them",
    slides="See every slide of the own laboratory's cases, and who has opened it",
    requests="See what the own laboratory asked, once sent, and for good what it accepted",
    reports="See every signed or received report of the own laboratory, and of its cases",
)
EDIT_CASES = Roles(
    Role.PATHOLOGIST,
    Role.TRAINEE,
    Role.LAB_STAFF,
    Role.SECRETARY,
    cases="Enter and import cases for the own laboratory",
)
REQUEST = Roles(Role.PATHOLOGIST, Role.TRAINEE, requests="Ask an expert about a case of the own laboratory")
SIGN = Roles(
    Role.PATHOLOGIST,
    people="Stand in the list of experts who can be asked",
    reports="Write and sign opinions",
)
REGISTERED = Roles(
    Role.PATHOLOGIST,
    Role.TRAINEE,
    Role.CLINICIAN,
    people="Have a number in a professional register, kept with the membership",
)
ADMINISTER = Roles(
    Role.LAB_ADMIN,
    platform=True,
    people=(
        "Invite people, change and end memberships, correct names, deactivate people, edit the laboratory, "
        "make agreements with other organisations"
    ),
    record="Read the steps that people of the laboratory took (no reasons, no patient data), and their notifications",
)
READ_AUDIT = Roles(Role.PRIVACY_OFFICER)  # of the own organisation, and nothing else of the admin site
ENTER_ADMIN_SITE = Roles(
    *ADMINISTER,
    *READ_AUDIT,
    platform=True,
    admin="Enter the admin site",
    record="Read the audit of what people of the laboratory did, refused attempts too",
)
RUN_INSTALLATION = Roles(
    platform=True,  # comes with the person (User.is_platform_admin), not with a membership
    people="Add organisations, and change their kind and country",
    admin="See the seals of the audit and the background jobs, and try a failed job again",
)
TWO_FACTORS = Roles(
    *Role,  # each of them opens patients' data, or decides who does
    platform=True,
    people="Sign in with a second factor: an authenticator app, a passkey or a recovery code",
)
MEMBERS = Roles(
    *Role,
    people="Look up who works where, who can be asked, and under which agreements",
)
