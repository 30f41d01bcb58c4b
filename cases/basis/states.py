"""The states of rules, confirmations and of what is recorded of a patient, as tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.workflow.machine import Machine, Rule

EDITOR = frozenset({"editor"})
RULERS = frozenset({"rule_admin", "system"})
ADMIN = frozenset({"rule_admin"})
TELL_READERS = "basis.tell_readers"


class RuleStatus(models.TextChoices):
    """A rule is never edited: another version supersedes it, or the organisation drops its own."""

    IN_FORCE = "in_force", pgettext_lazy("rule", "In force")
    SUPERSEDED = "superseded", pgettext_lazy("rule", "Superseded")


RULE = Machine(
    noun="legal_rule",
    statuses=dict(RuleStatus.choices),
    table={
        ("", "state"): Rule(RuleStatus.IN_FORCE, RULERS, _("Rule for sharing stated"), "legal_rule.stated"),
        (RuleStatus.IN_FORCE, "supersede"): Rule(
            RuleStatus.SUPERSEDED, RULERS, _("Rule for sharing superseded"), "legal_rule.superseded"
        ),
        (RuleStatus.IN_FORCE, "drop"): Rule(
            RuleStatus.SUPERSEDED, ADMIN, _("Own rule for sharing dropped"), "legal_rule.dropped"
        ),
    },
)

CONFIRMATION = Machine(
    noun="legal_confirmation",
    statuses={"confirmed": pgettext_lazy("rule", "Confirmed")},
    table={
        ("", "confirm"): Rule("confirmed", ADMIN, _("Rule for sharing confirmed locally"), "legal_rule.confirmed"),
    },
)


class FactStatus(models.TextChoices):
    """What is recorded of a patient stands until it is ended; consent that is taken back goes on to count against."""

    STANDS = "stands", pgettext_lazy("legal basis", "Stands")
    WITHDRAWN = "withdrawn", pgettext_lazy("legal basis", "Withdrawn")
    ENDED = "ended", pgettext_lazy("legal basis", "Ended")


_S = FactStatus.STANDS
FACT = Machine(
    noun="legal_fact",
    statuses=dict(FactStatus.choices),
    table={
        ("", "informed"): Rule(_S, EDITOR, _("Recorded that the patient is informed"), "legal_fact.informed"),
        ("", "consent"): Rule(_S, EDITOR, _("Consent of the patient recorded"), "legal_fact.consent"),
        ("", "refusal"): Rule(_S, EDITOR, _("Refusal of the patient recorded"), "legal_fact.refusal"),
        ("", "block"): Rule(_S, EDITOR, _("Block at the patient's wish recorded"), "legal_fact.block"),
        ("", "protected"): Rule(_S, EDITOR, _("Protected identity recorded"), "legal_fact.protected"),
        ("", "cleared"): Rule(_S, EDITOR, _("Sharing with a protected identity confirmed"), "legal_fact.cleared"),
        (_S, "withdraw"): Rule(
            FactStatus.WITHDRAWN, EDITOR, _("Consent of the patient withdrawn"), "legal_fact.withdrawn"
        ),
        (_S, "end"): Rule(FactStatus.ENDED, EDITOR, _("Legal basis: a record ended"), "legal_fact.ended"),
        (FactStatus.WITHDRAWN, "end"): Rule(
            FactStatus.ENDED, EDITOR, _("Legal basis: a record ended"), "legal_fact.ended"
        ),
    },
)
