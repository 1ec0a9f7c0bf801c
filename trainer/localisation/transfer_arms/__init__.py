"""Ways to a farm's model from a library and a few labels, each an arm of a study."""
