"""The home page and its worklist."""
