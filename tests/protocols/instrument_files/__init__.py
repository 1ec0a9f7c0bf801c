"""Readers of instrument files, one file a maker."""
