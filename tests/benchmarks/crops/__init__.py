"""Benchmarks of crops told from satellite series."""
