"""Refit each farm as its labels arrive, publish, and tell its devices."""
