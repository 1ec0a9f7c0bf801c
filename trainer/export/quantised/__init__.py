"""Graphs whose weights take a quarter of the room, or an eighth."""
