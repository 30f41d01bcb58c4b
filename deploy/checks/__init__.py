"""Checks of the code that no ready-made linter does. Each is a program: silent and 0, or one line a finding and 1."""
