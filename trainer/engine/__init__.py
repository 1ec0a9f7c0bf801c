"""Many jobs at once: in this process, in several, or on a Ray cluster."""
