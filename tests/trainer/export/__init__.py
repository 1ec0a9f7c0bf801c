"""Tests of the trainer: Graphs, golden scans and cards."""
