"""Worlds in memory behind the production interfaces."""
