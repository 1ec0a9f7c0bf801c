"""Tests of the trainer: many jobs at once."""
