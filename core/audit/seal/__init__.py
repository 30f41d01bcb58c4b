"""Seals: what has been recorded cannot be changed, taken away or added to without being found out."""
