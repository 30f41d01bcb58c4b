"""The pages of the cases room: each parses input, calls one action, and answers."""
