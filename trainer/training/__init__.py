"""Training networks: settings, data, loop, checkpoints, records, search."""
