"""The pages of an exclusion."""
