"""Bringing cases in from a CSV file: read, check every row, show every problem, then write all of it or nothing."""
