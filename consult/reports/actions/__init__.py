"""Writes of the reports room, one verb a file."""
