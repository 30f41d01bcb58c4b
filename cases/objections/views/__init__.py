"""The pages of an objection."""
