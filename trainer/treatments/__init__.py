"""Spectral treatments as torch modules, so that they travel inside the graph."""
