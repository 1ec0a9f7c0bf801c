"""Tests of the way from observations to series."""
