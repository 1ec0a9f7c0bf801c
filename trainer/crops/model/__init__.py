"""A crop model: a network and its certainty as one graph, and its folder on disk."""
