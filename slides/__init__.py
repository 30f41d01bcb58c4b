"""Pixel sources, tile index, tile server, viewer, saved views and annotations."""
