"""Tests of the whole loop, as separate processes."""
