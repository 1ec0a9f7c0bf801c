"""Tests of crops told in season."""
