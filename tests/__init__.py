"""Tests of all three packages, and what only tests need."""
