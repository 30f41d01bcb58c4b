"""Opening, ending and reviewing an emergency access."""
