"""A farm's localisation explained to a person: what was trusted, how far, and why."""
