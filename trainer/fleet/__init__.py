"""Thousands of farms at once: shared work once, farms of one shape together."""
