"""Measurements against the budgets of the design, each beside its peers in one run: `python -m benchmarks NAME`."""
