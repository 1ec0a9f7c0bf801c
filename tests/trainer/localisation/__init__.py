"""Tests of the trainer: A farm's own model."""
