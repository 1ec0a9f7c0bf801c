"""Tests of maps over space and time."""
