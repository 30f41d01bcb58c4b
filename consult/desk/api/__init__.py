"""The record over the API: the same as the pages."""
