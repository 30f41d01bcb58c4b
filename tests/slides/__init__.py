"""Pixels: reading, ingest, tile server, synthesis."""
