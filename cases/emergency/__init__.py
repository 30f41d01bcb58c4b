"""Emergency access ("break-glass"): one case, one person, an hour, everybody told, and a review that is owed."""
