"""Honest evaluation: agreement, coverage, and the report of a learning curve."""
