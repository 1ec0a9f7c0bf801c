"""Imagery that nobody took, of fields that nobody tilled: for the demo and for tests.

Seeded, and honest about what it is: a model that learned from it knows nothing of any
real field. It has what makes real imagery hard: clouds and their shadows, thin clouds
that the scene class misses, two orbits, pixels mixed across borders, sowing that shifts
by year and field, double crops, land without crops, and labels with errors.
"""
