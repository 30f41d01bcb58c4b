"""The roles of a membership, and what each sees and does of its own lab's work.

The sets are the one place that says it; policies, worklists and the table in docs/roles.md read them.
"""

from collections.abc import Collection
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
    OUTSIDE_EXPERT = "outside_expert", _("Outside expert (for one case)")


if TYPE_CHECKING:
    _Roles = frozenset[Role]
else:
    _Roles = frozenset


def labels(roles: Collection[str]) -> list[str]:
    """What these roles are called, in the order in which they are listed everywhere."""
    return [str(label) for role, label in Role.choices if role in roles]


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
SET_LEGAL_RULES = Roles(
    Role.LAB_ADMIN,  # and not whoever runs the installation: the organisation answers for its legal basis
    cases="Confirm the rule for sharing (legal basis) for the own organisation, or state another one",
)
READ_LEGAL_RULES = Roles(
    *SEE_HOME_CASES,
    *SET_LEGAL_RULES,
    Role.PRIVACY_OFFICER,
    cases="Read the rules for sharing that hold for the own organisation, earlier versions too",
)
REQUEST = Roles(Role.PATHOLOGIST, Role.TRAINEE, requests="Ask an expert about a case of the own laboratory")
SIGN = Roles(
    Role.PATHOLOGIST,
    Role.OUTSIDE_EXPERT,
    reports="Write and sign opinions",
)
LISTED = Roles(Role.PATHOLOGIST, people="Stand in the list of experts who can be asked")
REGISTERED = Roles(
    Role.PATHOLOGIST,
    Role.TRAINEE,
    Role.CLINICIAN,
    Role.OUTSIDE_EXPERT,
    people="Have a number in a professional register, kept with the membership",
)
ADMINISTER = Roles(
    Role.LAB_ADMIN,
    platform=True,
    people=(
        "Invite people, change and end memberships, correct names, deactivate people, edit the laboratory, "
        "make agreements with other organisations, withdraw tokens of machines, remove single sign-on"
    ),
    record="Read the notifications of people of the laboratory",
)
MAKE_TOKENS = Roles(
    Role.LAB_ADMIN,  # and not whoever runs the installation: a token opens cases
    people="Make tokens with which the own laboratory's machines use the API",
)
SET_SIGN_IN = Roles(
    Role.LAB_ADMIN,  # and not whoever runs the installation: who decides who signs in decides who reads
    people="Set up and change the own organisation's single sign-on",
)
SEE_SIGN_IN = Roles(
    Role.LAB_ADMIN,
    Role.PRIVACY_OFFICER,
    platform=True,
    record="See how the own organisation's single sign-on is set up, never its secret",
)
JOIN_BY_SIGN_IN = (  # what somebody may become by coming for the first time: nobody who signs, administers or watches
    Role.LAB_STAFF,
    Role.SECRETARY,
    Role.MDT_COORDINATOR,
    Role.CLINICIAN,
    Role.TRAINEE,
)
READ_AUDIT = Roles(  # the log manager of NEN 7513
    Role.PRIVACY_OFFICER,
    record="Search the audit, see in it what other laboratories did with the own cases, and take entries out",
)
SEE_TOKENS = Roles(
    *ADMINISTER,
    *READ_AUDIT,
    platform=True,
    record="See the tokens of the laboratory's machines: what each may, when it was used last and from where",
)
READ_STEPS = Roles(
    *ADMINISTER,
    Role.AUDITOR,
    platform=True,
    record="Read the steps that people of the laboratory took (no reasons, no patient data)",
)
SEE_SEALS = Roles(Role.AUDITOR, platform=True, record="See the seals of the audit")
READ_WHO_LOOKED = Roles(
    *SEE_HOME_CASES,
    *READ_AUDIT,
    record="See who of any laboratory looked at a patient of the own one, and make the list for the patient",
)
READ_OWN_TRAIL = Roles(*Role, record="See what was recorded under the own name, which everybody signed in may")
READ_AUDIT_OF_OWN = Roles(
    *ADMINISTER,
    *READ_AUDIT,
    platform=True,
    record="Read the audit of what people of the laboratory did, refused attempts too",
)
ENTER_ADMIN_SITE = Roles(*READ_AUDIT_OF_OWN, *READ_STEPS, platform=True, admin="Enter the admin site")
ONLY_READ = (READ_AUDIT | READ_STEPS) - ADMINISTER  # of the admin site the record, and nothing else
BREAK_GLASS = Roles(
    Role.PATHOLOGIST,
    Role.TRAINEE,
    Role.CLINICIAN,  # those who treat, and those who must tell them what the slide shows
    cases="Open one case of any laboratory for an hour in an emergency; its laboratory is told and reviews it",
)
REVIEW_EMERGENCIES = Roles(
    Role.PRIVACY_OFFICER,
    Role.LAB_ADMIN,  # reviews only where the laboratory has no privacy officer
    record="See who opened the own laboratory's cases in an emergency, end it, and review it: reason and accession "
    "number, not the patient; an administrator reviews where there is no privacy officer",
)
RUN_INSTALLATION = Roles(
    platform=True,  # comes with the person (User.is_platform_admin), not with a membership
    people="Add organisations, and change their kind and country",
    admin="See the background jobs, and try a failed job again",
)
TWO_FACTORS = Roles(
    *Role,  # each of them opens patients' data, or decides who does
    platform=True,
    people="Sign in with a second factor: an authenticator app, a passkey or a recovery code",
)
MEMBERS = Roles(
    *(role for role in Role if role != Role.OUTSIDE_EXPERT),
    people="Look up who works where, who can be asked, and under which agreements",
)
