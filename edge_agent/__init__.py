"""The agent on a field spectrometer: scan, predict, keep, sync, update."""
