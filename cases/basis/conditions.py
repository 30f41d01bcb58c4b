"""What a rule says, as a value; and the decision, a pure function of a rule and of what is recorded."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cases.basis.kinds import REACHES, Against, Need, Protection, Sharing, Told


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks for by kind of sharing, which blocks it knows, what an emergency overrides and who is told."""

    needs: Mapping[Sharing, frozenset[Need]]
    blocks: frozenset[Against]
    protection: Protection
    overrides: frozenset[Against]
    told: frozenset[Told]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Conditions":
        """From what `stored` gave. KeyError or ValueError for anything else; a kind of sharing left out needs all."""
        needs = stored["needs"]
        return cls(
            needs={each: frozenset(map(Need, needs.get(each, list(Need)))) | {Need.TREATMENT} for each in Sharing},
            blocks=frozenset(map(Against, stored["blocks"])) & frozenset(REACHES),
            protection=Protection(stored["protection"]),
            overrides=frozenset(map(Against, stored["overrides"])),
            told=frozenset(map(Told, stored["told"])),
        )

    def stored(self) -> dict[str, Any]:
        """As JSON, each set in the order of its words."""
        return {
            "needs": {each.value: _in_order(Need, self.needs[each]) for each in Sharing},
            "blocks": _in_order(Against, self.blocks),
            "protection": self.protection.value,
            "overrides": _in_order(Against, self.overrides),
            "told": _in_order(Told, self.told),
        }


def _in_order(words: Any, chosen: Collection[Any]) -> list[str]:
    return [each.value for each in words if each in chosen]


# For a country without a preset, until an organisation states its own: what no law that we know of goes below.
WITHOUT_RULE = Conditions(
    needs={each: frozenset({Need.TREATMENT}) for each in Sharing},
    blocks=frozenset(REACHES),
    protection=Protection.PSEUDONYM,
    overrides=frozenset({*REACHES, Against.REFUSED}),
    told=frozenset({Told.PRIVACY_OFFICER, Told.ADMINISTRATORS}),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a case may be shared; if not, what is missing and what speaks against it."""

    missing: frozenset[Need]
    against: frozenset[Against]

    @property
    def allowed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.missing and not self.against


def decide(
    conditions: Conditions,
    sharing: Sharing,
    *,
    recorded: Collection[Need],
    against: Collection[Against],
    emergency: bool = False,
) -> Decision:
    """Decide about sharing a case now. `against` is what stands and concerns the reader; it never holds the own
    laboratory. An emergency asks for nothing beforehand, and overrides what the rule lets it override.
    """
    standing = frozenset() if sharing == Sharing.SAME_LAB else frozenset(against)
    if emergency:
        return Decision(frozenset(), standing - conditions.overrides)
    return Decision(conditions.needs[sharing] - frozenset(recorded) - {Need.TREATMENT}, standing)
