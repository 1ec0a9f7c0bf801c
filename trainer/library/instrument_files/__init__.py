"""Readers of instrument files, one file a maker; each refuses what it does not know."""
