"""Organisations, people, memberships, expertise, sign-in, and the making of an Actor."""
