"""Writes of the slides room, one verb a file."""
