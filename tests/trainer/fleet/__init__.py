"""Tests of the trainer: localising many farms at once."""
