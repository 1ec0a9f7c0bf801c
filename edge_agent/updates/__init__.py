"""The way a new model comes in: verified, proved on this runtime, then switched to."""
