"""The room's part of the API."""
