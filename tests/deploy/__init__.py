"""Tests of what starts the programs and of the demonstration's own rules."""
