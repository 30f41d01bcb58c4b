"""Template tags of emergency access."""
