"""The pages, the API and the admin of requests."""
