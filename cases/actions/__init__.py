"""Writes of the cases room, one verb a file."""
