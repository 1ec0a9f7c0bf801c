"""Tests of the trainer: Agreement, coverage and the report."""
