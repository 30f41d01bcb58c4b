"""Recording an objection, and lifting it."""
