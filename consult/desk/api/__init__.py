"""The search over the API."""
