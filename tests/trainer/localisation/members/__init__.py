"""Tests of the trainer: members that a farm's model is averaged from."""
