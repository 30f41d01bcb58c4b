"""Objections over the API."""
