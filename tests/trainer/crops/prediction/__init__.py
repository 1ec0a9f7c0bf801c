"""Tests of predictions from folder to folder."""
