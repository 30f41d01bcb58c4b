"""The legal basis over the API."""
