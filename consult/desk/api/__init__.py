"""The record and the search over the API: the same as the pages."""
