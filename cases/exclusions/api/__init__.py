"""Exclusions over the API."""
