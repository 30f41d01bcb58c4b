"""Writes of the requests room, one verb a file."""
