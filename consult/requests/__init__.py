"""Consult requests: one pathologist asks, another answers with a signed report."""
