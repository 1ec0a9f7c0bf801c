"""Tests of the trainer: Spectral libraries."""
