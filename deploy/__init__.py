"""What starts the programs: set-up, broker configuration, the demonstration."""
