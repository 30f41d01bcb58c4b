"""Keeping somebody out of a case, and letting them in again."""
