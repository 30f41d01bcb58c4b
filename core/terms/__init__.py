"""The clinical vocabulary: lists of stable codes with labels in four languages, read once from value-sets.yaml."""

from core.terms.lists import Item, choices, codes, item, items, label, labelled, marked, short

__all__ = ["Item", "choices", "codes", "item", "items", "label", "labelled", "marked", "short"]
