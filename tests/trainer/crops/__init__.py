"""Tests of telling crops from satellite series."""
