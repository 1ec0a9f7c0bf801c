"""Tests of answers for fields and regions."""
