"""Tests of packages with crop models."""
