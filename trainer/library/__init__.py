"""Soil spectral libraries: what others measured, kept with units, grid and licence."""
