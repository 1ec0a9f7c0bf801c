"""Tests of how sure crops are told."""
