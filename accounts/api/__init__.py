"""The accounts room's part of the API."""
