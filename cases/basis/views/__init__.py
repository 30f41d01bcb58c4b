"""The pages of the legal basis."""
