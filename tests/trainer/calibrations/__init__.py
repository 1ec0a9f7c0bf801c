"""Tests of the trainer: Calibrations, intervals and domains."""
