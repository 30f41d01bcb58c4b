"""The append-only record of who did what, and of who looked."""
