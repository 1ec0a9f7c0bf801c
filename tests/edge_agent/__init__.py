"""Tests of the agent, run without the trainer."""
