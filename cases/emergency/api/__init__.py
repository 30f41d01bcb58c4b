"""Emergency access over the API."""
