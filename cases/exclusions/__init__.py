"""Keeping a named person out of one case of the own laboratory, and letting them in again."""
