"""RS-Local."""
